using System.Text.Json;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>
/// The body of /v1/chat/completions. What OpenAI knows and this server does not do stands here all the same, so that it is refused by name and
/// not as something nobody has ever heard of.
/// </summary>
internal sealed record ChatCompletionRequest
{
    public required string Model { get; init; }

    public required IReadOnlyList<ChatMessageInput> Messages { get; init; }

    public bool? Stream { get; init; }

    public StreamOptionsInput? StreamOptions { get; init; }

    public double? Temperature { get; init; }

    public double? TopP { get; init; }

    public double? FrequencyPenalty { get; init; }

    public double? PresencePenalty { get; init; }

    public int? MaxTokens { get; init; }

    public int? MaxCompletionTokens { get; init; }

    public long? Seed { get; init; }

    public StopInput? Stop { get; init; }

    public JsonElement? Tools { get; init; }

    public JsonElement? ToolChoice { get; init; }

    public bool? ParallelToolCalls { get; init; }

    public JsonElement? ResponseFormat { get; init; }

    public string? PromptCacheKey { get; init; }

    // Without effect.
    public string? User { get; init; }

    public string? SafetyIdentifier { get; init; }

    public JsonElement? Metadata { get; init; }

    public bool? Store { get; init; }

    public JsonElement? PromptCacheRetention { get; init; }

    public string? ServiceTier { get; init; }

    public int? N { get; init; }

    public bool? Logprobs { get; init; }

    public IReadOnlyList<string>? Modalities { get; init; }

    // Not done.
    public JsonElement? TopLogprobs { get; init; }

    public JsonElement? LogitBias { get; init; }

    public JsonElement? Audio { get; init; }

    public JsonElement? Prediction { get; init; }

    public JsonElement? ReasoningEffort { get; init; }

    public JsonElement? WebSearchOptions { get; init; }

    public JsonElement? Verbosity { get; init; }

    public JsonElement? Functions { get; init; }

    public JsonElement? FunctionCall { get; init; }
}

internal sealed record StreamOptionsInput
{
    public bool? IncludeUsage { get; init; }

    /// <summary>Without effect: nothing is padded here.</summary>
    public bool? IncludeObfuscation { get; init; }
}

internal sealed record ChatMessageInput
{
    /// <summary>system, developer, user, assistant or tool.</summary>
    public required string Role { get; init; }

    /// <summary>A text, or parts: text, and with user image_url.</summary>
    public JsonElement? Content { get; init; }

    /// <summary>With assistant: what the model thought aloud.</summary>
    public string? ReasoningContent { get; init; }

    /// <summary>With assistant.</summary>
    public IReadOnlyList<ToolCallInput>? ToolCalls { get; init; }

    /// <summary>With tool: which call it answers.</summary>
    public string? ToolCallId { get; init; }

    // An answer of ours has these as null or empty, and comes back so.
    public JsonElement? Refusal { get; init; }

    public JsonElement? Annotations { get; init; }

    public JsonElement? Audio { get; init; }

    public JsonElement? FunctionCall { get; init; }

    /// <summary>Without effect with assistant and tool, where it says nothing that is not known.</summary>
    public JsonElement? Name { get; init; }

    // Without effect: what client libraries put beside an answer that they have read, and send back with it.
    public JsonElement? Parsed { get; init; }

    public JsonElement? ProviderSpecificFields { get; init; }
}

internal sealed record ToolCallInput
{
    /// <summary>Without effect: it stands in the pieces of a stream, and comes back with them.</summary>
    public JsonElement? Index { get; init; }

    public required string Id { get; init; }

    public required string Type { get; init; }

    public required CalledFunctionInput Function { get; init; }
}

internal sealed record CalledFunctionInput
{
    public required string Name { get; init; }

    public required string Arguments { get; init; }

    /// <summary>Without effect, as <see cref="ChatMessageInput.Parsed"/>.</summary>
    public JsonElement? ParsedArguments { get; init; }
}
