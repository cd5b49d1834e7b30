namespace MeatLizard.Application.Relay.Providers;

/// <summary>What an admin says of a provider, but for its key. What is null is as the configuration has it, or as usual.</summary>
public sealed record ProviderDraft
{
    /// <summary>Whose wire it speaks.</summary>
    public string? Kind { get; init; }

    /// <summary>Where its API begins.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>The first is the usual one.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>Whether its models think before they answer, where the wire has a word for it.</summary>
    public string? Thinking { get; init; }

    /// <summary>The longest silence.</summary>
    public TimeSpan? Patience { get; init; }

    /// <summary>Lower is asked first.</summary>
    public int? Order { get; init; }

    /// <summary>Of a million tokens of prompts.</summary>
    public decimal? InputPrice { get; init; }

    /// <summary>Of a million tokens of answers.</summary>
    public decimal? OutputPrice { get; init; }

    /// <summary>What the prices and the budget are in; a label.</summary>
    public string? Currency { get; init; }

    /// <summary>What may be spent in a calendar month, in UTC.</summary>
    public decimal? MonthlyBudget { get; init; }
}
