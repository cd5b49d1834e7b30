namespace MeatLizard.Infrastructure.Providers;

/// <summary>One provider: a section <c>Providers:{name}</c>.</summary>
public sealed record ProviderOptions
{
    public const string Section = "Providers";

    /// <summary>Whose wire it speaks; <c>OpenAI</c> is also Groq's, Ollama's, GitHub Models' and many others'.</summary>
    public string Kind { get; init; } = "OpenAI";

    /// <summary>Where its API begins.</summary>
    public string BaseUrl { get; init; } = "https://api.openai.com/v1";

    /// <summary>Empty for one that asks for none.</summary>
    public string Key { get; init; } = "";

    /// <summary>Its models that may be asked, separated by commas; the first is asked where nobody has named one of them.</summary>
    public string Models { get; init; } = "";

    /// <summary>
    /// The longest silence, at the beginning and between two pieces of an answer. Shorter than <c>Relay:FirstTokenWithin</c>, or that one strikes
    /// first and the provider is not tried again.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(50);

    /// <summary>Lower comes first.</summary>
    public int Order { get; init; }

    internal string[] ListModels() => Models.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Without the key, which a record would print.</summary>
    public override string ToString() => $"{Kind} at {BaseUrl}";
}
