namespace MeatLizard.Infrastructure.Providers;

/// <summary>One provider: a section <c>Providers:{name}</c>.</summary>
public sealed record ProviderOptions
{
    public const string Section = "Providers";

    /// <summary>Whose wire it speaks: <c>OpenAI</c> (also Groq's, Ollama's, GitHub Models' and many others'), <c>Anthropic</c> or <c>Gemini</c>.</summary>
    public string Kind { get; init; } = "OpenAI";

    /// <summary>Where its API begins; empty: where its kind's own does.</summary>
    public string BaseUrl { get; init; } = "";

    /// <summary>Empty for one that asks for none.</summary>
    public string Key { get; init; } = "";

    /// <summary>Its models that may be asked, separated by commas; the first is asked where nobody has named one of them.</summary>
    public string Models { get; init; } = "";

    /// <summary>
    /// The longest silence, at the beginning and between two pieces of an answer. Shorter than <c>Relay:FirstTokenWithin</c>, or that one strikes
    /// first and the provider is not tried again.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(50);

    /// <summary>
    /// Whether a model thinks before it answers, where the wire has a word for it (Anthropic, Gemini): empty: as it does by itself;
    /// <c>adaptive</c>: as it sees fit, and is shown; a number: for at most so many tokens, and is shown.
    /// </summary>
    public string Thinking { get; init; } = "";

    /// <summary>Lower comes first.</summary>
    public int Order { get; init; }

    /// <summary>Of a million tokens of prompts, cached ones included; null when nobody has said.</summary>
    public decimal? InputPrice { get; init; }

    /// <summary>Of a million tokens of answers, thoughts included; null when nobody has said.</summary>
    public decimal? OutputPrice { get; init; }

    /// <summary>What the prices and the budget are in; a label.</summary>
    public string Currency { get; init; } = "USD";

    /// <summary>What may be spent in a calendar month (UTC); from there on it is not asked. Null: as much as it likes.</summary>
    public decimal? MonthlyBudget { get; init; }

    internal string[] ListModels() => Models.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A part of its API. What stands behind the address's question mark, as a version with Azure, stays there.</summary>
    internal Uri At(string path)
    {
        var address = new UriBuilder(BaseUrl);
        address.Path = address.Path.TrimEnd('/') + path;
        return address.Uri;
    }

    /// <summary>Without the key, which a record would print.</summary>
    public override string ToString() => $"{Kind} at {BaseUrl}";
}
