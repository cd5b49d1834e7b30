namespace MeatLizard.Domain.Relay;

/// <summary>Puts the chunks of one attempt in order, whatever order they arrive in, and drops repeats.</summary>
/// <param name="next">The sequence to go on from: the first that has not been recorded.</param>
public sealed class ReplyAssembler(int next)
{
    /// <summary>How far ahead of the gap a chunk may be; a worker that runs further ahead is not believed.</summary>
    public const int Window = 4096;

    private readonly Dictionary<int, ReplyChunk> _waiting = [];

    /// <summary>The sequence that is needed to go on.</summary>
    public int Next { get; private set; } = next;

    /// <summary>Whether later chunks wait for a missing one.</summary>
    public bool HasGap => _waiting.Count > 0;

    /// <returns>The chunks that are now in order, perhaps none.</returns>
    public IReadOnlyList<ReplyChunk> Add(ReplyChunk chunk)
    {
        if (chunk.Sequence < Next || chunk.Sequence - Next >= Window)
        {
            return [];
        }

        if (chunk.Sequence > Next)
        {
            _waiting.TryAdd(chunk.Sequence, chunk);
            return [];
        }

        Next++;
        if (_waiting.Count == 0)
        {
            return [chunk];
        }

        List<ReplyChunk> ready = [chunk];
        while (_waiting.Remove(Next, out var following))
        {
            ready.Add(following);
            Next++;
        }

        return ready;
    }
}
