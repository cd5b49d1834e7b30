using System.Text.Json;
using System.Text.Json.Serialization;
using MeatLizard.Infrastructure.Wire;

namespace MeatLizard.Infrastructure.Providers;

internal sealed record OpenAiChunk(List<OpenAiChoice>? Choices, OpenAiUsage? Usage, OpenAiError? Error);

internal sealed record OpenAiChoice(OpenAiDelta? Delta, string? FinishReason);

/// <param name="ReasoningContent">What the model thinks, as DeepSeek, vLLM and llama-server call it.</param>
/// <param name="Reasoning">The same, as Groq, Ollama and OpenRouter call it.</param>
/// <param name="Refusal">Why the model says nothing else.</param>
internal sealed record OpenAiDelta(OpenAiContent? Content, string? ReasoningContent, string? Reasoning, string? Refusal, List<CallPiece>? ToolCalls);

internal sealed record OpenAiUsage(long? PromptTokens, long? CompletionTokens, OpenAiPromptTokens? PromptTokensDetails);

internal sealed record OpenAiPromptTokens(long? CachedTokens);

/// <param name="Code">A word of OpenAI's, or a status as others have it.</param>
/// <param name="Param">The member of the question that it is about.</param>
internal sealed record OpenAiError(string? Type, JsonElement? Code, string? Param)
{
    public string? Word => Code is { ValueKind: JsonValueKind.String } word ? word.GetString() : null;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(OpenAiChunk))]
internal sealed partial class OpenAiJson : JsonSerializerContext;
