using System.Text;
using System.Text.Json;
using MeatLizard.Infrastructure.Wire;
using Microsoft.Extensions.AI;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>One answer of Anthropic's, event by event. Events and blocks of kinds that are not known are passed over.</summary>
internal sealed class AnthropicAnswer : IProviderAnswer
{
    /// <summary>Characters that a call may have.</summary>
    private const int LongestInput = 4 * 1024 * 1024;

    private readonly Dictionary<int, Call> _calls = [];
    private AnthropicUsage _usage = new();
    private ChatFinishReason? _finish;

    public ChatResponseUpdate? Read(ReadOnlySpan<byte> data)
    {
        var happened = JsonSerializer.Deserialize(data, AnthropicJson.Default.AnthropicEvent) ?? throw new JsonException();
        switch (happened.Type)
        {
            case "message_start":
                _usage = _usage.With(happened.Message?.Usage);
                return null;
            case "content_block_start":
                return Open(happened.Index, happened.ContentBlock);
            case "content_block_delta":
                return More(happened.Index, happened.Delta);
            case "content_block_stop" when _calls.Remove(happened.Index, out var call):
                return Update(ToolJson.Call(call.Id, call.Name, call.Input.Length == 0 ? "{}" : call.Input.ToString()));
            case "message_delta":
                _usage = _usage.With(happened.Usage);
                _finish = Finish(happened.Delta?.StopReason) ?? _finish;
                return null;
            case "error":
                throw new ProviderRefusedException(Status(happened.Error?.Type));
            default:
                return null;
        }
    }

    public ChatResponseUpdate? End() => _finish is null
        ? null
        : new(
            ChatRole.Assistant,
            [
                WireJson.Usage(
                    _usage.InputTokens.GetValueOrDefault() + _usage.CacheReadInputTokens.GetValueOrDefault() + _usage.CacheCreationInputTokens.GetValueOrDefault(),
                    _usage.OutputTokens.GetValueOrDefault(),
                    _usage.CacheReadInputTokens.GetValueOrDefault()),
            ])
        {
            FinishReason = _finish,
        };

    private ChatResponseUpdate? Open(int index, AnthropicBlock? block)
    {
        if (block?.Type == "tool_use")
        {
            _calls[index] = new(block.Id, block.Name);
        }

        return block switch
        {
            { Type: "text", Text: { Length: > 0 } text } => Update(new TextContent(text)),
            { Type: "thinking", Thinking: { Length: > 0 } thought } => Update(new TextReasoningContent(thought)),
            _ => null,
        };
    }

    private ChatResponseUpdate? More(int index, AnthropicDelta? delta)
    {
        if (delta is { Type: "input_json_delta", PartialJson: { } json } && _calls.TryGetValue(index, out var call))
        {
            call.Input.Append(json);

            // Nothing for the reader, but a sign that something is being written.
            return call.Input.Length <= LongestInput ? new(ChatRole.Assistant, []) : throw new JsonException();
        }

        return delta switch
        {
            { Type: "text_delta", Text: { Length: > 0 } text } => Update(new TextContent(text)),
            { Type: "thinking_delta", Thinking: { Length: > 0 } thought } => Update(new TextReasoningContent(thought)),
            _ => null,
        };
    }

    private static ChatResponseUpdate Update(AIContent content) => new(ChatRole.Assistant, [content]);

    private static ChatFinishReason? Finish(string? reason) => reason switch
    {
        null => null,
        "max_tokens" or "model_context_window_exceeded" => ChatFinishReason.Length,
        "tool_use" => ChatFinishReason.ToolCalls,
        "refusal" => ChatFinishReason.ContentFilter,
        _ => ChatFinishReason.Stop,
    };

    /// <summary>An error within a stream has the name that it would have had a status with.</summary>
    private static int Status(string? error) => error switch
    {
        "invalid_request_error" => 400,
        "authentication_error" => 401,
        "billing_error" => 402,
        "permission_error" => 403,
        "not_found_error" => 404,
        "request_too_large" => 413,
        "rate_limit_error" => 429,
        "timeout_error" => 504,
        "overloaded_error" => 529,
        _ => 500,
    };

    private sealed record Call(string? Id, string? Name)
    {
        public StringBuilder Input { get; } = new();
    }
}
