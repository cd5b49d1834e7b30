using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

/// <summary>Where nothing is configured, and where nothing may leave home.</summary>
public sealed class NoProviders : IProviders
{
    public (WorkerId Provider, string Model)? Choose(string? model, string? avoid) => null;
}
