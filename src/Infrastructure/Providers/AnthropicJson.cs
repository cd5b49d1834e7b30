using System.Text.Json.Serialization;

namespace MeatLizard.Infrastructure.Providers;

internal sealed record AnthropicEvent(
    string? Type, int Index, AnthropicMessage? Message, AnthropicBlock? ContentBlock, AnthropicDelta? Delta, AnthropicUsage? Usage, AnthropicError? Error);

internal sealed record AnthropicMessage(AnthropicUsage? Usage);

internal sealed record AnthropicBlock(string? Type, string? Id, string? Name, string? Text, string? Thinking);

internal sealed record AnthropicDelta(string? Type, string? Text, string? Thinking, string? PartialJson, string? StopReason);

internal sealed record AnthropicError(string? Type);

/// <summary>Counts of the whole answer so far; those that an event leaves out stay as they were.</summary>
internal sealed record AnthropicUsage(
    long? InputTokens = null, long? OutputTokens = null, long? CacheReadInputTokens = null, long? CacheCreationInputTokens = null)
{
    public AnthropicUsage With(AnthropicUsage? later) => later is null ? this : new(
        later.InputTokens ?? InputTokens,
        later.OutputTokens ?? OutputTokens,
        later.CacheReadInputTokens ?? CacheReadInputTokens,
        later.CacheCreationInputTokens ?? CacheCreationInputTokens);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AnthropicEvent))]
internal sealed partial class AnthropicJson : JsonSerializerContext;
