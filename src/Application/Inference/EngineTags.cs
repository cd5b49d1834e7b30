namespace MeatLizard.Application.Inference;

/// <summary>Names that travel beside a chat request and its usage.</summary>
public static class EngineTags
{
    /// <summary>
    /// Key in ChatOptions.AdditionalProperties: requests of one session want the same slot, where their prompt is cached.
    /// </summary>
    public const string Session = "meatlizard.session";

    /// <summary>
    /// Key in a tool call's AdditionalProperties: its arguments as the model wrote them, which may be no JSON, or JSON with a spacing of its own.
    /// </summary>
    public const string Arguments = "meatlizard.arguments";

    /// <summary>
    /// Key in ChatOptions.AdditionalProperties, of the answer's form, and in a tool's: whether the caller has said that the model must keep to the schema.
    /// </summary>
    public const string Strict = "meatlizard.strict";

    /// <summary>Prompt tokens that were not processed again.</summary>
    public const string CachedTokens = "cached_tokens";

    /// <summary>Milliseconds, rounded, that the engine spent on the prompt.</summary>
    public const string PromptMs = "prompt_ms";

    /// <summary>Milliseconds, rounded, that the engine spent on the answer.</summary>
    public const string PredictedMs = "predicted_ms";
}
