using System.Text.Json;
using MeatLizard.Infrastructure.Wire;
using Microsoft.Extensions.AI;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>One answer by OpenAI's API, event by event.</summary>
internal sealed class OpenAiAnswer : IProviderAnswer
{
    private const int Failed = 500;

    private StreamedCalls? _calls;
    private OpenAiUsage? _usage;
    private ChatFinishReason? _finish;

    public bool IsOver { get; private set; }

    public ChatResponseUpdate? Read(ReadOnlySpan<byte> data)
    {
        if (data.SequenceEqual("[DONE]"u8))
        {
            IsOver = true;
            return null;
        }

        var chunk = JsonSerializer.Deserialize(data, OpenAiJson.Default.OpenAiChunk) ?? throw new JsonException();
        if (chunk.Error is { } error)
        {
            throw new ProviderRefusedException(Status(error));
        }

        _usage = chunk.Usage ?? _usage;
        if (chunk.Choices is not [var choice, ..])
        {
            return null;
        }

        _finish = Finish(choice.FinishReason) ?? _finish;
        return choice.Delta is { } delta ? More(delta) : null;
    }

    public ChatResponseUpdate? End()
    {
        // Not everybody gives a reason, and not everybody calls a call one.
        var finish = _finish ?? (IsOver ? ChatFinishReason.Stop : null);
        return finish is null ? null : new(ChatRole.Assistant, [.. _calls?.End() ?? [], .. Cost()])
        {
            FinishReason = finish == ChatFinishReason.Stop && _calls is not null ? ChatFinishReason.ToolCalls : finish,
        };
    }

    /// <summary>What brings nothing for the reader is still a sign that something is being written.</summary>
    private ChatResponseUpdate More(OpenAiDelta delta)
    {
        foreach (var piece in delta.ToolCalls ?? [])
        {
            _calls ??= new();
            if (!_calls.TryAdd(piece))
            {
                throw new JsonException();
            }
        }

        List<AIContent> said = [];
        if (FirstOf(delta.ReasoningContent, delta.Reasoning, delta.Content?.Thought) is { } thought)
        {
            said.Add(new TextReasoningContent(thought));
        }

        if (FirstOf(delta.Content?.Text, delta.Refusal) is { } text)
        {
            said.Add(new TextContent(text));
        }

        return new(ChatRole.Assistant, said);
    }

    private static string? FirstOf(params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            if (!string.IsNullOrEmpty(text))
            {
                return text;
            }
        }

        return null;
    }

    private IEnumerable<AIContent> Cost() => _usage is null
        ? []
        :
        [
            WireJson.Usage(
                _usage.PromptTokens.GetValueOrDefault(), _usage.CompletionTokens.GetValueOrDefault(), _usage.PromptTokensDetails?.CachedTokens ?? 0),
        ];

    private static ChatFinishReason? Finish(string? reason) => reason switch
    {
        null or "" => null,
        "length" or "model_length" => ChatFinishReason.Length,
        "tool_calls" or "function_call" => ChatFinishReason.ToolCalls,
        "content_filter" => ChatFinishReason.ContentFilter,
        "error" or "abort" or "insufficient_system_resource" => throw new ProviderRefusedException(Failed),
        _ => ChatFinishReason.Stop,
    };

    /// <summary>An error within a stream has the name that it would have had a status with, or the status itself.</summary>
    private static int Status(OpenAiError error) => error.Code is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var status) && status is >= 400 and < 600
        ? status
        : (error.Type, error.Word) switch
        {
            (_, "invalid_api_key") or ("authentication_error", _) => 401,
            (_, "insufficient_quota") or ("insufficient_quota", _) => 429,
            (_, "rate_limit_exceeded") or ("rate_limit_error", _) => 429,
            (_, "model_not_found") => 404,
            ("invalid_request_error", _) => 400,
            _ => Failed,
        };
}
