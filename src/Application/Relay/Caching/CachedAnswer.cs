using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Inference;

namespace MeatLizard.Application.Relay.Caching;

/// <summary>A whole answer as it was given once, whether it went out in pieces or not.</summary>
/// <param name="Origin">Who wrote it.</param>
/// <param name="Parts">In their order; empty for embeddings.</param>
/// <param name="Vectors">One for each input of an embedding; else empty.</param>
/// <param name="Usage">What it cost then.</param>
public sealed record CachedAnswer(
    Origin Origin,
    IReadOnlyList<CachedPart> Parts,
    IReadOnlyList<IReadOnlyList<float>> Vectors,
    FinishReason Finish,
    TokenUsage Usage,
    DateTimeOffset WrittenAt)
{
    private const int Overhead = 512;

    /// <summary>Names the file that the worker had as this model: under the same name there may be another one by now. Null: nobody knows.</summary>
    public string? ModelFile { get; init; }

    /// <summary>About how much memory it takes, in bytes.</summary>
    public int Size() => Overhead + Parts.Sum(part => part.Text.Length * sizeof(char)) + Vectors.Sum(vector => vector.Count * sizeof(float));
}
