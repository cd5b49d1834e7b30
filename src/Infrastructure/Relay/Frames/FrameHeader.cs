using System.Buffers.Binary;

namespace MeatLizard.Infrastructure.Relay.Frames;

/// <summary>The 36 bytes in the clear. They are authenticated with the content.</summary>
internal readonly record struct FrameHeader
{
    private const byte BrotliFlag = 1;
    private const byte LastPartFlag = 2;

    public required FrameDirection Direction { get; init; }

    public required bool Brotli { get; init; }

    public required ulong KeyId { get; init; }

    public required UInt128 StreamId { get; init; }

    public required uint Sequence { get; init; }

    public required ushort Part { get; init; }

    public required ushort Parts { get; init; }

    /// <summary>The sequence of the message's first part: names the message within its stream.</summary>
    public uint FirstSequence => Sequence - Part;

    /// <summary>The key that a frame names, which is its sender's once the frame has opened.</summary>
    public static ulong KeyIdOf(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadUInt64BigEndian(frame[4..]);

    /// <summary>The stream that a frame came in.</summary>
    public static UInt128 StreamOf(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadUInt128BigEndian(frame[12..]);

    /// <summary>Reads the header of a whole frame; the outcome is Opened when every rule that needs no key holds.</summary>
    public static FrameOutcome Read(ReadOnlySpan<byte> frame, FrameDirection expected, out FrameHeader header)
    {
        header = default;
        if (frame.IsEmpty) return FrameOutcome.Truncated;
        if (frame[0] != Frame.Version) return FrameOutcome.UnknownVersion;
        if (frame.Length < Frame.SmallestFrame) return FrameOutcome.Truncated;
        if (frame.Length > Frame.LargestFrame) return FrameOutcome.Oversized;

        var flags = frame[1];
        if ((flags & ~(BrotliFlag | LastPartFlag)) != 0 || frame[3] != 0) return FrameOutcome.BadFlags;
        if (frame[2] != (byte)expected) return FrameOutcome.WrongDirection;

        header = new FrameHeader
        {
            Direction = expected,
            Brotli = (flags & BrotliFlag) != 0,
            KeyId = BinaryPrimitives.ReadUInt64BigEndian(frame[4..]),
            StreamId = BinaryPrimitives.ReadUInt128BigEndian(frame[12..]),
            Sequence = BinaryPrimitives.ReadUInt32BigEndian(frame[28..]),
            Part = BinaryPrimitives.ReadUInt16BigEndian(frame[32..]),
            Parts = BinaryPrimitives.ReadUInt16BigEndian(frame[34..]),
        };

        // Only prompts are compressed, and they travel to workers.
        if (header.Brotli && expected == FrameDirection.ToServer) return FrameOutcome.BadFlags;

        var last = (flags & LastPartFlag) != 0;
        return header.Sequence < Frame.SequenceLimit && header.Part < header.Parts && last == (header.Part == header.Parts - 1)
            && header.Part <= header.Sequence
            ? FrameOutcome.Opened
            : FrameOutcome.Malformed;
    }

    public void Write(Span<byte> destination)
    {
        destination[0] = Frame.Version;
        destination[1] = (byte)((Brotli ? BrotliFlag : 0) | (Part == Parts - 1 ? LastPartFlag : 0));
        destination[2] = (byte)Direction;
        destination[3] = 0;
        BinaryPrimitives.WriteUInt64BigEndian(destination[4..], KeyId);
        BinaryPrimitives.WriteUInt128BigEndian(destination[12..], StreamId);
        BinaryPrimitives.WriteUInt32BigEndian(destination[28..], Sequence);
        BinaryPrimitives.WriteUInt16BigEndian(destination[32..], Part);
        BinaryPrimitives.WriteUInt16BigEndian(destination[34..], Parts);
    }
}
