namespace MeatLizard.Presentation.Api.Relay.Providers;

/// <summary>A provider as it is to be. What is not there is as the configuration has it, or as usual.</summary>
internal sealed record ProviderRequest
{
    /// <summary>OpenAI, Anthropic or Gemini.</summary>
    public string? Kind { get; init; }

    /// <summary>Where its API begins.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>The first is the usual one.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>It can be written and never read. Without it the key that is kept stays; an empty one takes that away.</summary>
    public string? Key { get; init; }

    /// <summary>adaptive, or a number of tokens.</summary>
    public string? Thinking { get; init; }

    /// <summary>The longest silence.</summary>
    public double? PatienceSeconds { get; init; }

    /// <summary>Lower is asked first.</summary>
    public int? Order { get; init; }

    /// <summary>Of a million tokens of prompts.</summary>
    public decimal? InputPrice { get; init; }

    /// <summary>Of a million tokens of answers.</summary>
    public decimal? OutputPrice { get; init; }

    /// <summary>A label, such as EUR.</summary>
    public string? Currency { get; init; }

    /// <summary>What may be spent in a calendar month (UTC).</summary>
    public decimal? MonthlyBudget { get; init; }

    /// <summary>Without the key, which a record would print.</summary>
    public override string ToString() => $"{Kind} at {BaseUrl}";
}
