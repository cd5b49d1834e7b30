using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

/// <summary>
/// Models elsewhere, which are asked when no worker can answer. To the relay a provider is named like a worker and reached by a carrier; it is in
/// no registry, and whether it has a slot is its own affair.
/// </summary>
public interface IProviders
{
    /// <summary>Who is asked next, and for which model.</summary>
    /// <param name="model">Whoever has it is preferred; null, or a model that none has: the first one's first.</param>
    /// <param name="avoid">The one that has just failed at it, which has tried often enough by itself.</param>
    /// <returns>Null when there is none, or none that may be asked at the moment.</returns>
    (WorkerId Provider, string Model)? Choose(string? model, string? avoid);
}
