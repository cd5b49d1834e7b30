using MeatLizard.Application.Relay;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Inference;

/// <summary>A worker's journal: which attempts it has taken on, and what it has said about them until the server has acknowledged the end.</summary>
public interface IInferenceJobs
{
    /// <summary>False when this attempt was taken on before.</summary>
    bool TryAdd(InferenceJob job);

    InferenceJob? Find(RequestId request, int attempt);

    /// <summary>How many are not ended.</summary>
    int CountOpen();

    /// <summary>Keeps a chunk, a vector, or the end, for a resend.</summary>
    void Keep(IAttemptMessage said);

    /// <summary>The chunks from this sequence on, or all vectors, and the end if there is one.</summary>
    IReadOnlyList<ToServer> Said(RequestId request, int attempt, int from);

    /// <summary>The attempts that the server has not acknowledged the end of, oldest first.</summary>
    IReadOnlyList<(RequestId Request, int Attempt)> Kept();

    /// <summary>The server has committed the end.</summary>
    void Forget(RequestId request, int attempt);
}
