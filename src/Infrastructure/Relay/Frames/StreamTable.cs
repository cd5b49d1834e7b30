namespace MeatLizard.Infrastructure.Relay.Frames;

/// <summary>
/// The streams of one receiver in bounded memory. The ones used last keep their cipher and window; of the others the highest sequence is
/// remembered, and everything up to it counts as seen. When even that is too much, a receiver that may forget forgets the oldest; another
/// takes no new stream.
/// </summary>
internal sealed class StreamTable(int openLimit, int knownLimit, bool forgets) : IDisposable
{
    private readonly Dictionary<StreamName, OpenStream> open = [];
    private readonly Dictionary<StreamName, long> known = [];
    private readonly Queue<StreamName> knownByAge = new();
    private long clock;

    /// <summary>Streams remembered now.</summary>
    public int Count => open.Count + known.Count;

    public OpenStream? Find(StreamName name) => open.GetValueOrDefault(name);

    /// <summary>What is known of a stream that is not open.</summary>
    public ReplayWindow WindowOf(StreamName name) => new(known.GetValueOrDefault(name, -1));

    public void Touch(OpenStream stream) => stream.LastUsed = ++clock;

    /// <summary>Keeps a stream whose first frame has proved genuine. False when there is no room and none may be made.</summary>
    public bool TryKeep(OpenStream stream)
    {
        if (!forgets && !known.ContainsKey(stream.Name) && Count >= knownLimit) return false;

        if (open.Count >= openLimit) Retire(LeastRecentlyUsed());
        open.Add(stream.Name, stream);
        return true;
    }

    public void Dispose()
    {
        foreach (var stream in open.Values) stream.Dispose();
        open.Clear();
    }

    private OpenStream LeastRecentlyUsed()
    {
        OpenStream? oldest = null;
        foreach (var stream in open.Values)
            if (oldest is null || stream.LastUsed < oldest.LastUsed) oldest = stream;

        return oldest!;
    }

    private void Retire(OpenStream stream)
    {
        open.Remove(stream.Name);
        stream.Dispose();

        // A stream that was opened again keeps its place in the queue.
        if (!known.ContainsKey(stream.Name)) knownByAge.Enqueue(stream.Name);
        known[stream.Name] = stream.Window.Highest;
        while (forgets && known.Count > knownLimit) known.Remove(knownByAge.Dequeue());
    }
}
