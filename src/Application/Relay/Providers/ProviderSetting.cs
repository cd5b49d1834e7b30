namespace MeatLizard.Application.Relay.Providers;

/// <summary>What is kept of a provider in the database.</summary>
public sealed record ProviderSetting
{
    public required string Name { get; init; }

    public required ProviderDraft Draft { get; init; }

    /// <summary>As the <see cref="IProviderVault"/> has sealed it; null when none is kept.</summary>
    public byte[]? SealedKey { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }
}
