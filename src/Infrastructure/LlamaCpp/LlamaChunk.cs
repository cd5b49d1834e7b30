using MeatLizard.Infrastructure.Wire;

namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>One event of llama-server's stream, or its error answer: the members we read.</summary>
internal sealed record LlamaChunk
{
    public List<LlamaChoice>? Choices { get; init; }
    public LlamaPromptProgress? PromptProgress { get; init; }
    public LlamaUsage? Usage { get; init; }
    public LlamaTimings? Timings { get; init; }
    public LlamaError? Error { get; init; }
}

internal sealed record LlamaChoice
{
    public string? FinishReason { get; init; }
    public LlamaDelta? Delta { get; init; }
}

internal sealed record LlamaDelta
{
    public string? Content { get; init; }
    public string? ReasoningContent { get; init; }
    public List<CallPiece>? ToolCalls { get; init; }
}

internal sealed record LlamaPromptProgress
{
    public int Total { get; init; }
    public int Processed { get; init; }
}

internal sealed record LlamaUsage
{
    public int PromptTokens { get; init; }
    public int CompletionTokens { get; init; }
}

internal sealed record LlamaTimings
{
    public int CacheN { get; init; }
    public double PromptMs { get; init; }
    public double PredictedMs { get; init; }
}

internal sealed record LlamaError
{
    public string? Type { get; init; }
    public int? NPromptTokens { get; init; }
    public int? NCtx { get; init; }
}

internal sealed record LlamaProps
{
    public int TotalSlots { get; init; }
    public string? ModelAlias { get; init; }
    public LlamaDefaults? DefaultGenerationSettings { get; init; }
}

internal sealed record LlamaDefaults
{
    public int NCtx { get; init; }
}
