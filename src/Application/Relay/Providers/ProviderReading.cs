namespace MeatLizard.Application.Relay.Providers;

/// <summary>How one provider is, as one host finds it: each host counts the failures that it has met itself.</summary>
public sealed record ProviderReading
{
    public required string Name { get; init; }

    /// <summary>Whose wire it speaks.</summary>
    public required string Kind { get; init; }

    /// <summary>The first is the usual one.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    public required CircuitPhase Circuit { get; init; }

    /// <summary>Why it is not asked, or was not until a moment ago; null while it is.</summary>
    public string? Cause { get; init; }

    /// <summary>The same as a stable code, e.g. <c>provider_limited</c>.</summary>
    public string? Code { get; init; }

    /// <summary>When it is asked again; null while it is asked.</summary>
    public DateTimeOffset? RetriesAt { get; init; }
}
