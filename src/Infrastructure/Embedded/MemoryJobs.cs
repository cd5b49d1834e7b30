using System.Collections.Concurrent;
using MeatLizard.Application.Inference;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Embedded;

/// <summary>The journal of a worker that lives in the server's own process: it may die with it, the request's row is the truth.</summary>
internal sealed class MemoryJobs : IInferenceJobs
{
    private readonly ConcurrentDictionary<(RequestId, int), Entry> _entries = new();

    public bool TryAdd(InferenceJob job) => _entries.TryAdd((job.State.RequestId, job.State.Attempt), new Entry(job));

    public InferenceJob? Find(RequestId request, int attempt) => _entries.GetValueOrDefault((request, attempt))?.Job;

    public int CountOpen() => _entries.Values.Count(entry => entry.Job.IsOpen);

    public void Keep(IAttemptMessage said)
    {
        if (_entries.TryGetValue((said.RequestId, said.Attempt), out var entry))
        {
            lock (entry.Said)
            {
                entry.Said.Add((ToServer)said);
            }
        }
    }

    public IReadOnlyList<ToServer> Said(RequestId request, int attempt, int from)
    {
        if (!_entries.TryGetValue((request, attempt), out var entry))
        {
            return [];
        }

        lock (entry.Said)
        {
            return [.. entry.Said.Where(message => message is not Chunk chunk || chunk.Sequence >= from)];
        }
    }

    public IReadOnlyList<(RequestId Request, int Attempt)> Kept() => [.. _entries.Keys.OrderBy(name => name.Item1.Value).ThenBy(name => name.Item2)];

    public void Forget(RequestId request, int attempt)
    {
        if (_entries.TryGetValue((request, attempt), out var entry) && !entry.Job.IsOpen)
        {
            _entries.TryRemove((request, attempt), out _);
        }
    }

    private sealed record Entry(InferenceJob Job)
    {
        public List<ToServer> Said { get; } = [];
    }
}
