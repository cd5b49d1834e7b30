using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay.Providers;

/// <summary>
/// Models elsewhere, which are asked when no worker can answer. To the relay a provider is named like a worker and reached by a carrier; it is in
/// no registry, and whether it has a slot is its own affair.
/// </summary>
public interface IProviders
{
    /// <summary>Why there are none and can be none; null where there can.</summary>
    Refusal? Forbidden { get; }

    /// <summary>How many there are, whether they may be asked at the moment or not.</summary>
    int Count { get; }

    /// <summary>Who is asked next, and for which model. Each is asked once on the way down the ladder.</summary>
    /// <param name="model">Whoever has it is preferred; null, or a model that none has: the first one's first.</param>
    /// <param name="after">Who has just failed at it. A provider: those who come after it are left; anybody else: all of them.</param>
    /// <returns>Null when there is none, or none that may be asked at the moment.</returns>
    (WorkerId Provider, string Model)? Choose(string? model, string? after);

    /// <summary>All of them, in the order in which they are asked, as this host finds them.</summary>
    IReadOnlyList<ProviderReading> List();

    /// <summary>What an answer costs, by the prices that hold now; null when it costs nothing that anybody knows of.</summary>
    ProviderCharge? CostOf(WorkerId provider, TokenUsage usage, DateTimeOffset at);

    /// <summary>What would come of a setting, together with what is configured here.</summary>
    ProviderCheck Check(ProviderSetting setting);

    /// <summary>Reads again what is in the database. When that cannot be done, all stays as it was.</summary>
    Task Refresh(CancellationToken cancellationToken);
}
