using System.Text.Json;
using MeatLizard.Infrastructure.Wire;
using Microsoft.Extensions.AI;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>One answer of Gemini's, chunk by chunk. Parts of kinds that are not known are passed over.</summary>
internal sealed class GeminiAnswer(GeminiSignatures signatures) : IProviderAnswer
{
    private GeminiUsage? _usage;
    private ChatFinishReason? _finish;
    private bool _called;

    public ChatResponseUpdate? Read(ReadOnlySpan<byte> data)
    {
        var chunk = JsonSerializer.Deserialize(data, GeminiJson.Default.GeminiChunk) ?? throw new JsonException();
        if (chunk.Error is { } error)
        {
            throw GeminiRefusal.Of(error.Code, null, error);
        }

        _usage = chunk.UsageMetadata ?? _usage;
        if (chunk.PromptFeedback?.BlockReason is not null)
        {
            _finish = ChatFinishReason.ContentFilter;
        }

        if (chunk.Candidates is not [var candidate, ..])
        {
            return null;
        }

        AIContent[] contents = [.. candidate.Content?.Parts?.Select(Content).OfType<AIContent>() ?? []];
        _called |= contents.Any(content => content is FunctionCallContent);
        _finish = Finish(candidate.FinishReason) ?? _finish;
        return contents.Length == 0 ? null : new(ChatRole.Assistant, contents);
    }

    public ChatResponseUpdate? End() => _finish is null
        ? null
        : new(
            ChatRole.Assistant,
            _usage is null
                ? []
                : [WireJson.Usage(_usage.PromptTokenCount, _usage.CandidatesTokenCount + _usage.ThoughtsTokenCount, _usage.CachedContentTokenCount)])
        {
            FinishReason = _finish,
        };

    private AIContent? Content(GeminiPart part)
    {
        if (part.FunctionCall is not { } made)
        {
            return part switch
            {
                { Thought: true, Text.Length: > 0 } => new TextReasoningContent(part.Text),
                { Text.Length: > 0 } => new TextContent(part.Text),
                _ => null,
            };
        }

        var call = ToolJson.Call(made.Id, made.Name, made.Args?.GetRawText() ?? "{}");
        if (part.ThoughtSignature is { } signature)
        {
            signatures.Keep(call.CallId, signature);
        }

        return call;
    }

    /// <exception cref="InvalidDataException">The model wrote something that is no answer.</exception>
    private ChatFinishReason? Finish(string? reason) => reason switch
    {
        null or "FINISH_REASON_UNSPECIFIED" => null,
        "STOP" => _called ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop,
        "MAX_TOKENS" => ChatFinishReason.Length,
        "MALFORMED_FUNCTION_CALL" or "UNEXPECTED_TOOL_CALL" or "OTHER" => throw new InvalidDataException(),
        _ => ChatFinishReason.ContentFilter,
    };
}
