using System.Text.Json.Serialization;
using MeatLizard.Domain.Inference;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>An answer of /v1/chat/completions.</summary>
/// <param name="Created">Seconds since 1970.</param>
/// <param name="Model">The model that wrote it.</param>
internal sealed record ChatCompletionContract(
    string Id, string Object, long Created, string Model, IReadOnlyList<ChatChoice> Choices, ChatUsage Usage);

/// <param name="FinishReason">stop, length or tool_calls.</param>
internal sealed record ChatChoice(int Index, ChatAnswer Message, object? Logprobs, string FinishReason);

internal sealed record ChatAnswer
{
    public string Role { get; } = "assistant";

    /// <summary>Null when the model only asks for tools.</summary>
    public string? Content { get; init; }

    public string? Refusal { get; init; }

    /// <summary>What the model thought aloud; left out when it did not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ReasoningContent { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ChatToolCall>? ToolCalls { get; init; }
}

internal sealed record ChatToolCall(string Id, string Type, ChatFunctionCall Function);

/// <param name="Arguments">JSON as the model wrote it.</param>
internal sealed record ChatFunctionCall(string Name, string Arguments);

internal sealed record ChatUsage(int PromptTokens, int CompletionTokens, int TotalTokens, PromptTokensDetails PromptTokensDetails)
{
    public static ChatUsage From(TokenUsage usage) =>
        new(usage.PromptTokens, usage.CompletionTokens, usage.TotalTokens, new(usage.CachedTokens));
}

/// <param name="CachedTokens">Those that the engine had read before.</param>
internal sealed record PromptTokensDetails(int CachedTokens);
