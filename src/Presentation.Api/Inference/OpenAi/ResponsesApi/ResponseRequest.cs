using System.Text.Json;
using System.Text.Json.Serialization;

namespace MeatLizard.Presentation.Api.Inference.OpenAi.ResponsesApi;

/// <summary>The body of /v1/responses. As in <see cref="ChatCompletionRequest"/>, what is not done stands here to be refused by name.</summary>
internal sealed record ResponseRequest
{
    public required string Model { get; init; }

    /// <summary>A text, or items.</summary>
    public required JsonElement Input { get; init; }

    /// <summary>What the system says, before all else.</summary>
    public string? Instructions { get; init; }

    public bool? Stream { get; init; }

    public StreamOptionsInput? StreamOptions { get; init; }

    public double? Temperature { get; init; }

    public double? TopP { get; init; }

    public int? MaxOutputTokens { get; init; }

    public JsonElement? Tools { get; init; }

    public JsonElement? ToolChoice { get; init; }

    public bool? ParallelToolCalls { get; init; }

    public ResponseTextInput? Text { get; init; }

    public string? PromptCacheKey { get; init; }

    /// <summary>Missing: not, unless it goes on in the background.</summary>
    public bool? Store { get; init; }

    /// <summary>Whether it goes on without its caller.</summary>
    public bool? Background { get; init; }

    /// <summary>The stored response whose conversation goes on.</summary>
    public string? PreviousResponseId { get; init; }

    [JsonIgnore]
    public bool IsStored => Store ?? Background == true;

    // Without effect.
    public string? User { get; init; }

    public string? SafetyIdentifier { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    public string? ServiceTier { get; init; }

    public string? Truncation { get; init; }

    public ResponseReasoningInput? Reasoning { get; init; }

    // Not done.
    public JsonElement? Conversation { get; init; }

    public JsonElement? Include { get; init; }

    public JsonElement? MaxToolCalls { get; init; }

    public JsonElement? Prompt { get; init; }

    public JsonElement? PromptCacheRetention { get; init; }

    public JsonElement? TopLogprobs { get; init; }

    public JsonElement? ContextManagement { get; init; }
}

internal sealed record ResponseTextInput
{
    public JsonElement? Format { get; init; }

    public JsonElement? Verbosity { get; init; }
}

internal sealed record ResponseReasoningInput
{
    public JsonElement? Effort { get; init; }

    public JsonElement? Summary { get; init; }

    public JsonElement? GenerateSummary { get; init; }
}
