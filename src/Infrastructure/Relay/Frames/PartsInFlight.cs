using System.Buffers;

namespace MeatLizard.Infrastructure.Relay.Frames;

/// <summary>
/// Messages of which some parts have arrived, in bounded memory. When room is needed the message that has waited longest for its next part
/// is given up: a part that was lost would otherwise hold it for ever.
/// </summary>
internal sealed class PartsInFlight(int messageLimit, long byteLimit, FrameCounters counters)
{
    private const int EntryCost = 64;

    private readonly Dictionary<(StreamName Stream, uint First), Pending> messages = [];
    private long bytes;
    private long clock;

    public int Count => messages.Count;

    /// <summary>Takes a part. Opened once it was the last one missing: then the message is in a rented array.</summary>
    public FrameOutcome Add(StreamName stream, in FrameHeader header, ReadOnlySpan<byte> content, out byte[] message, out int size)
    {
        (message, size) = ([], 0);
        var name = (stream, header.FirstSequence);
        if (!messages.TryGetValue(name, out var pending))
        {
            pending = new Pending(header.Parts, header.Brotli);
            messages.Add(name, pending);
            bytes += pending.Cost;
        }

        // Another count or another flag under the same name is a sender's mistake: the sequence itself can't repeat.
        if (pending.Parts.Length != header.Parts || pending.Brotli != header.Brotli)
        {
            Forget(name, pending);
            return FrameOutcome.Malformed;
        }

        // Only where the stream was forgotten meanwhile.
        if (pending.Parts[header.Part] is not null) return FrameOutcome.Replayed;

        bytes -= pending.Cost;
        pending.Parts[header.Part] = content.ToArray();
        pending.Arrived++;
        pending.Size += content.Length;
        pending.LastPart = ++clock;
        bytes += pending.Cost;
        if (pending.Size > Frame.LargestMessage)
        {
            Forget(name, pending);
            return FrameOutcome.Oversized;
        }

        if (pending.Arrived < pending.Parts.Length)
        {
            MakeRoom();
            return FrameOutcome.Incomplete;
        }

        Forget(name, pending);
        message = ArrayPool<byte>.Shared.Rent(pending.Size);
        foreach (var part in pending.Parts)
        {
            part.CopyTo(message.AsSpan(size));
            size += part!.Length;
        }

        return FrameOutcome.Opened;
    }

    private void MakeRoom()
    {
        while (messages.Count > messageLimit || bytes > byteLimit)
        {
            var oldest = default(KeyValuePair<(StreamName, uint), Pending>);
            foreach (var candidate in messages)
                if (oldest.Value is null || candidate.Value.LastPart < oldest.Value.LastPart) oldest = candidate;

            Forget(oldest.Key, oldest.Value);
            counters.CountAbandoned(1);
        }
    }

    private void Forget((StreamName, uint) name, Pending pending)
    {
        messages.Remove(name);
        bytes -= pending.Cost;
    }

    private sealed class Pending(int parts, bool brotli)
    {
        public byte[]?[] Parts { get; } = new byte[parts][];

        public bool Brotli { get; } = brotli;

        public int Arrived { get; set; }

        public int Size { get; set; }

        public long LastPart { get; set; }

        public long Cost => EntryCost + (8L * Parts.Length) + Size + ((long)EntryCost * Arrived);
    }
}
