using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay.Providers;

/// <summary>Where nothing may leave home, and in hosts that ask nobody.</summary>
public sealed class NoProviders : IProviders
{
    public Refusal? Forbidden { get; } = new(
        RefusalKind.Conflict, "never_leave_home", "Fallback:NeverLeaveHome is set here, so there are no providers and none can be added. Take it out of the configuration first.");

    public int Count => 0;

    public (WorkerId Provider, string Model)? Choose(string? model, string? after) => null;

    public IReadOnlyList<ProviderReading> List() => [];

    public ProviderCharge? CostOf(WorkerId provider, TokenUsage usage, DateTimeOffset at) => null;

    public ProviderCheck Check(ProviderSetting setting) => new("", Forbidden);

    public Task Refresh(CancellationToken cancellationToken) => Task.CompletedTask;
}
