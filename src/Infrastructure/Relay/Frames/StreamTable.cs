namespace MeatLizard.Infrastructure.Relay.Frames;

/// <summary>
/// The streams of one receiver in bounded memory. The ones used last keep their cipher and window; of the others the highest sequence is
/// remembered, and everything up to it counts as seen. When even that is too much, a receiver that may forget forgets the oldest; another
/// takes no new stream.
/// </summary>
internal sealed class StreamTable(int openLimit, int knownLimit, bool forgets) : IDisposable
{
    private readonly Dictionary<StreamName, LinkedListNode<OpenStream>> open = [];

    /// <summary>The open ones, in the order in which a frame of theirs was last taken.</summary>
    private readonly LinkedList<OpenStream> openByUse = [];

    private readonly Dictionary<StreamName, long> known = [];
    private readonly Queue<StreamName> knownByAge = new();

    /// <summary>Streams remembered now.</summary>
    public int Count => open.Count + known.Count;

    public OpenStream? Find(StreamName name) => open.GetValueOrDefault(name)?.Value;

    /// <summary>What is known of a stream that is not open.</summary>
    public ReplayWindow WindowOf(StreamName name) => new(known.GetValueOrDefault(name, -1));

    /// <summary>A frame of a stream that is kept was taken.</summary>
    public void Touch(OpenStream stream)
    {
        var place = open[stream.Name];
        openByUse.Remove(place);
        openByUse.AddLast(place);
    }

    /// <summary>Keeps a stream whose first frame has proved genuine. False when there is no room and none may be made.</summary>
    public bool TryKeep(OpenStream stream)
    {
        if (!forgets && !known.ContainsKey(stream.Name) && Count >= knownLimit) return false;

        if (open.Count >= openLimit) Retire(openByUse.First!.Value);
        open.Add(stream.Name, openByUse.AddLast(stream));
        return true;
    }

    public void Dispose()
    {
        foreach (var stream in openByUse) stream.Dispose();
        openByUse.Clear();
        open.Clear();
    }

    private void Retire(OpenStream stream)
    {
        open.Remove(stream.Name, out var place);
        openByUse.Remove(place!);
        stream.Dispose();

        // A stream that was opened again keeps its place in the queue.
        if (!known.ContainsKey(stream.Name)) knownByAge.Enqueue(stream.Name);
        known[stream.Name] = stream.Window.Highest;
        while (forgets && known.Count > knownLimit) known.Remove(knownByAge.Dequeue());
    }
}
