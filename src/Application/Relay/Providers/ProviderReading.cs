namespace MeatLizard.Application.Relay.Providers;

/// <summary>How one provider is, as one host finds it: each host counts the failures that it has met itself.</summary>
public sealed record ProviderReading
{
    public required string Name { get; init; }

    /// <summary>Whose wire it speaks.</summary>
    public required string Kind { get; init; }

    /// <summary>Where its API begins.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>Whether it stands in the configuration of this host.</summary>
    public bool IsConfigured { get; init; }

    /// <summary>Whether an admin has said something of it.</summary>
    public bool IsKept { get; init; }

    /// <summary>Whether there is a key for it; which one is nobody told.</summary>
    public bool HasKey { get; init; }

    /// <summary>Whether that key is in the database, sealed.</summary>
    public bool KeyIsKept { get; init; }

    public string Thinking { get; init; } = "";

    /// <summary>The longest silence.</summary>
    public TimeSpan Patience { get; init; }

    /// <summary>Lower is asked first.</summary>
    public int Order { get; init; }

    /// <summary>Of a million tokens of prompts; null when nobody has said.</summary>
    public decimal? InputPrice { get; init; }

    /// <summary>Of a million tokens of answers; null when nobody has said.</summary>
    public decimal? OutputPrice { get; init; }

    public string Currency { get; init; } = "";

    /// <summary>Null: as much as it likes.</summary>
    public decimal? MonthlyBudget { get; init; }

    /// <summary>In this calendar month (UTC), as far as prices are known.</summary>
    public decimal Spent { get; init; }

    /// <summary>The first is the usual one.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    public required CircuitPhase Circuit { get; init; }

    /// <summary>Why it is not asked, or was not until a moment ago; null while it is.</summary>
    public string? Cause { get; init; }

    /// <summary>The same as a stable code, e.g. <c>provider_limited</c>.</summary>
    public string? Code { get; init; }

    /// <summary>When it is asked again; null while it is asked, and when somebody has to do something before.</summary>
    public DateTimeOffset? RetriesAt { get; init; }

    /// <summary>Whether a question could be answered there now.</summary>
    public bool IsAsked => Cause is null || (Circuit == CircuitPhase.HalfOpen && Code is not null);
}
