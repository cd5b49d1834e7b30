using System.Text;
using System.Text.Json;
using MeatLizard.Application.Inference;
using Microsoft.Extensions.AI;

namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>One answer of llama-server, event by event, in the words of Microsoft.Extensions.AI.</summary>
internal sealed class LlamaAnswer(string model, int contextSize)
{
    private readonly string _id = Guid.NewGuid().ToString("N");
    private List<Call>? _calls;
    private ChatFinishReason? _finish;
    private LlamaUsage? _usage;
    private LlamaTimings? _timings;
    private int _pieces;

    /// <summary>The first piece of the answer is there.</summary>
    public bool Began => _pieces > 0;

    /// <summary>What this event means for the reader, if anything.</summary>
    public ChatResponseUpdate? Read(LlamaChunk chunk)
    {
        if (chunk.Error is { } error)
            throw Refusal(model, contextSize, 500, error);
        _usage = chunk.Usage ?? _usage;
        _timings = chunk.Timings ?? _timings;
        if (chunk.PromptProgress is { Total: > 0 } progress)
            return Update(new ProgressContent(ProgressContent.Prompt, (double)progress.Processed / progress.Total));
        if (chunk.Choices is not [var choice, ..])
            return null;
        if (choice.FinishReason is { } reason)
            _finish = new ChatFinishReason(reason);
        if (choice.Delta is not { } delta)
            return null;

        if (delta.ToolCalls is { } calls)
            Gather(calls);
        var reasoning = string.IsNullOrEmpty(delta.ReasoningContent) ? null : new TextReasoningContent(delta.ReasoningContent);
        var text = string.IsNullOrEmpty(delta.Content) ? null : new TextContent(delta.Content);
        if (reasoning is null && text is null && delta.ToolCalls is null)
            return null;
        // A piece is at least one token, and no more tokens than this fit.
        if (++_pieces > contextSize)
            throw LlamaFaults.Garbage(model, "did not stop when its context was full, and was stopped");
        return (reasoning, text) switch
        {
            ({ } thought, { } word) => Update(thought, word),
            ({ } thought, null) => Update(thought),
            (null, { } word) => Update(word),
            _ => null,
        };
    }

    /// <summary>Null when the answer was not finished.</summary>
    public ChatResponseUpdate? End()
    {
        if (_finish is null)
            return null;
        var contents = new List<AIContent>();
        foreach (var call in _calls ?? [])
        {
            contents.Add(new FunctionCallContent(call.Id ?? "call_" + Guid.NewGuid().ToString("N"), call.Name ?? "", Arguments(call))
            {
                AdditionalProperties = new() { [EngineTags.Arguments] = call.Arguments.ToString() },
            });
        }
        if (_usage is not null)
        {
            contents.Add(new UsageContent(new UsageDetails
            {
                InputTokenCount = _usage.PromptTokens,
                OutputTokenCount = _usage.CompletionTokens,
                TotalTokenCount = _usage.PromptTokens + _usage.CompletionTokens,
                CachedInputTokenCount = _timings?.CacheN,
                AdditionalCounts = _timings is null ? null : new AdditionalPropertiesDictionary<long>
                {
                    [EngineTags.CachedTokens] = _timings.CacheN,
                    [EngineTags.PromptMs] = (long)Math.Round(_timings.PromptMs),
                    [EngineTags.PredictedMs] = (long)Math.Round(_timings.PredictedMs),
                },
            }));
        }
        var update = Update([.. contents]);
        update.FinishReason = _finish;
        return update;
    }

    public static EngineException Refusal(string model, int contextSize, int status, LlamaError? error) =>
        error?.Type == "exceed_context_size_error"
            ? LlamaFaults.ContextExceeded(error.NPromptTokens, error.NCtx ?? contextSize)
            : LlamaFaults.Refused(model, status, error?.Type);

    private ChatResponseUpdate Update(params AIContent[] contents) =>
        new(ChatRole.Assistant, contents) { MessageId = _id, ModelId = model };

    private void Gather(List<LlamaToolCall> parts)
    {
        _calls ??= [];
        foreach (var part in parts)
        {
            if (part.Index is < 0 or > 127)
                throw LlamaFaults.Garbage(model, "numbered a tool call in a way that makes no sense, and was stopped");
            while (_calls.Count <= part.Index)
                _calls.Add(new Call());
            var call = _calls[part.Index];
            call.Id ??= part.Id;
            call.Name ??= part.Function?.Name;
            call.Arguments.Append(part.Function?.Arguments);
        }
    }

    private static Dictionary<string, object?> Arguments(Call call)
    {
        if (call.Arguments.Length == 0)
            return [];
        try
        {
            using var parsed = JsonDocument.Parse(call.Arguments.ToString());
            return parsed.RootElement.ValueKind == JsonValueKind.Object
                ? parsed.RootElement.EnumerateObject().DistinctBy(x => x.Name).ToDictionary(x => x.Name, object? (x) => x.Value.Clone())
                : [];
        }
        catch (JsonException)
        {
            // The model wrote it, and was cut off or wrong: whoever runs the tool answers that its arguments are missing.
            return [];
        }
    }

    private sealed class Call
    {
        public string? Id { get; set; }
        public string? Name { get; set; }
        public StringBuilder Arguments { get; } = new();
    }
}
