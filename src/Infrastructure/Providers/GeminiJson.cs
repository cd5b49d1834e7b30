using System.Text.Json;
using System.Text.Json.Serialization;

namespace MeatLizard.Infrastructure.Providers;

internal sealed record GeminiChunk(
    GeminiCandidate[]? Candidates, GeminiPromptFeedback? PromptFeedback, GeminiUsage? UsageMetadata, GeminiError? Error);

internal sealed record GeminiCandidate(GeminiContent? Content, string? FinishReason);

internal sealed record GeminiContent(GeminiPart[]? Parts);

internal sealed record GeminiPart(string? Text, bool Thought, string? ThoughtSignature, GeminiCall? FunctionCall);

internal sealed record GeminiCall(string? Id, string? Name, JsonElement? Args);

internal sealed record GeminiPromptFeedback(string? BlockReason);

/// <summary>Of the whole answer so far.</summary>
internal sealed record GeminiUsage(long PromptTokenCount, long CandidatesTokenCount, long ThoughtsTokenCount, long CachedContentTokenCount);

internal sealed record GeminiError(int Code, GeminiErrorDetail[]? Details);

internal sealed record GeminiErrorDetail(string? Reason, string? RetryDelay);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GeminiChunk))]
internal sealed partial class GeminiJson : JsonSerializerContext;
