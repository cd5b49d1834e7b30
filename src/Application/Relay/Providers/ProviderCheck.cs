namespace MeatLizard.Application.Relay.Providers;

/// <summary>What would come of a setting.</summary>
/// <param name="Address">Where the provider would be asked.</param>
/// <param name="Refusal">Why it cannot work like that; null when it can.</param>
public sealed record ProviderCheck(string Address, Refusal? Refusal);
