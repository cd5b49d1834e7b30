using MeatLizard.Application.Inference;
using MeatLizard.Infrastructure.Wire;
using Microsoft.Extensions.AI;

namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>One answer of llama-server, event by event, in the words of Microsoft.Extensions.AI.</summary>
internal sealed class LlamaAnswer(string model, int contextSize)
{
    private readonly string _id = Guid.NewGuid().ToString("N");
    private StreamedCalls? _calls;
    private ChatFinishReason? _finish;
    private LlamaUsage? _usage;
    private LlamaTimings? _timings;
    private int _pieces;

    /// <summary>The first piece of the answer is there.</summary>
    public bool Began => _pieces > 0;

    /// <summary>What this event means for the reader, if anything; without contents it says that something is being written.</summary>
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
            _ => Update(),
        };
    }

    /// <summary>Null when the answer was not finished.</summary>
    public ChatResponseUpdate? End()
    {
        if (_finish is null)
            return null;
        List<AIContent> contents = [.. _calls?.End() ?? []];
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

    private void Gather(List<CallPiece> pieces)
    {
        _calls ??= new();
        foreach (var piece in pieces)
        {
            if (piece.Index is < 0 or > 127 || !_calls.TryAdd(piece))
                throw LlamaFaults.Garbage(model, "numbered a tool call in a way that makes no sense, and was stopped");
        }
    }
}
