using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay.Providers;

/// <summary>Where nothing is configured, and where nothing may leave home.</summary>
public sealed class NoProviders : IProviders
{
    public int Count => 0;

    public (WorkerId Provider, string Model)? Choose(string? model, string? after) => null;

    public IReadOnlyList<ProviderReading> List() => [];
}
