using MeatLizard.Application.Inference;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;

namespace MeatLizard.KillHost;

internal sealed class WatchedJobs(IInferenceJobs inner, Trap trap) : IInferenceJobs
{
    public bool TryAdd(InferenceJob job)
    {
        trap.Pass(KillPoint.InferReceived);
        var added = inner.TryAdd(job);
        trap.Pass(KillPoint.AcceptedJournaled);
        return added;
    }

    public InferenceJob? Find(RequestId request, int attempt) => inner.Find(request, attempt);

    public int CountOpen() => inner.CountOpen();

    public void Keep(IAttemptMessage said)
    {
        if (said is not Chunk)
        {
            trap.Pass(KillPoint.DoneReached);
        }

        inner.Keep(said);
        trap.Pass(said is Chunk ? KillPoint.ChunkKept : KillPoint.DoneJournaled);
    }

    public IReadOnlyList<ToServer> Said(RequestId request, int attempt, int from) => inner.Said(request, attempt, from);

    public IReadOnlyList<(RequestId Request, int Attempt)> Kept() => inner.Kept();

    public void Forget(RequestId request, int attempt)
    {
        trap.Pass(KillPoint.AckReceived);
        inner.Forget(request, attempt);
        trap.Pass(KillPoint.Forgotten);
    }
}
