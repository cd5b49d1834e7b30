namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>What llama-server's /v1/embeddings is asked.</summary>
internal sealed record LlamaEmbeddingOrder(IReadOnlyList<string> Input, string Model);

/// <summary>What it answers: the members we read.</summary>
internal sealed record LlamaEmbeddingAnswer
{
    public List<LlamaVector>? Data { get; init; }
    public LlamaUsage? Usage { get; init; }
}

internal sealed record LlamaVector
{
    public int Index { get; init; }
    public float[]? Embedding { get; init; }
}
