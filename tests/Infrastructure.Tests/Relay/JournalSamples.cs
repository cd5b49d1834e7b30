using MeatLizard.Application.Relay;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Tests.Relay;

/// <summary>What a worker says about an attempt, for its journal.</summary>
internal static class JournalSamples
{
    public static Chunk Chunk(RequestId request, int attempt, int sequence, string text) => new(request, attempt, sequence, 0, ChunkKind.Text, text);

    public static Done Done(RequestId request, int attempt, int chunks) => new()
    {
        RequestId = request,
        Attempt = attempt,
        Chunks = chunks,
        FinishReason = FinishReason.Stop,
        Usage = new TokenUsage(7, chunks, 0),
        Timings = new EngineTimings(1.5, 2.5),
        PartHashes = [new string('a', 64)],
    };
}
