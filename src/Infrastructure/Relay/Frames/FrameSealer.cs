using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using MeatLizard.Application.Relay;

namespace MeatLizard.Infrastructure.Relay.Frames;

/// <summary>
/// One stream: seals messages into frames that open once, at one receiver, over one carrier. A key and nonce are never used twice, because
/// a stream id comes into being in the constructor alone, from the system's random generator, and every frame takes a sequence of its own.
/// </summary>
internal sealed class FrameSealer : IDisposable
{
    private const int KeptBuffer = 64 * 1024;
    private const int AdditionalDataPrefix = 4;

    private readonly Lock gate = new();
    private readonly FrameDirection direction;
    private readonly bool pings;
    private readonly CarrierTerms terms;
    private readonly uint sequenceLimit;
    private readonly ulong keyId;
    private readonly UInt128 streamId;
    private readonly AesGcm cipher;
    private readonly byte[] additionalData;
    private byte[] plaintext = [];
    private ArrayBufferWriter<byte> json = new(512);
    private Utf8JsonWriter? writer;
    private uint next;
    private bool disposed;

    private FrameSealer(RelayRoot root, FrameDirection direction, WorkerEpoch epoch, CarrierTerms terms, uint sequenceLimit)
    {
        Span<byte> id = stackalloc byte[Frame.StreamIdSize];
        RandomNumberGenerator.Fill(id);
        streamId = BinaryPrimitives.ReadUInt128BigEndian(id);
        keyId = root.KeyIdTowards(direction, epoch);
        cipher = root.StreamCipher(direction, epoch, id);

        this.direction = direction;
        this.terms = terms;
        this.sequenceLimit = sequenceLimit;
        pings = direction == FrameDirection.ToWorker && epoch.IsNone;
        Span<byte> template = stackalloc byte[AdditionalDataPrefix + Frame.HeaderSize + 2 + CarrierTerms.MaxBinding];
        var size = Frame.WriteAdditionalData(template, stackalloc byte[Frame.HeaderSize], terms.Binding);
        additionalData = template[..size].ToArray();
    }

    /// <summary>A stream of everything but pings to the worker that has this epoch now.</summary>
    public static FrameSealer ToWorker(RelayRoot root, WorkerEpoch epoch, CarrierTerms terms, uint sequenceLimit = Frame.SequenceLimit) =>
        epoch.IsNone
            ? throw new ArgumentException("Without the worker's epoch only pings can be sealed.", nameof(epoch))
            : new(root, FrameDirection.ToWorker, epoch, terms, sequenceLimit);

    /// <summary>A stream of pings to a worker whose epoch is not known yet, or not any more.</summary>
    public static FrameSealer Pings(RelayRoot root, CarrierTerms terms) =>
        new(root, FrameDirection.ToWorker, WorkerEpoch.None, terms, Frame.SequenceLimit);

    public static FrameSealer ToServer(RelayRoot root, CarrierTerms terms, uint sequenceLimit = Frame.SequenceLimit) =>
        new(root, FrameDirection.ToServer, WorkerEpoch.None, terms, sequenceLimit);

    /// <summary>How many more frames this stream can seal; start another one in good time.</summary>
    public uint FramesLeft
    {
        get
        {
            lock (gate) return sequenceLimit - next;
        }
    }

    /// <summary>The frames of a message, in the order to send them. Sent again after a failure, they must be these same bytes.</summary>
    /// <exception cref="ArgumentException">The message does not travel in this stream, or can't be written as JSON.</exception>
    /// <exception cref="MessageTooLargeException">It is larger than 16 MiB.</exception>
    /// <exception cref="InvalidOperationException">The stream is used up.</exception>
    public byte[][] Seal(RelayMessage message)
    {
        var fits = direction == FrameDirection.ToServer ? message is ToServer : message is ToWorker && message is Ping == pings;
        if (!fits) throw new ArgumentException($"A message {message.GetType().Name} does not travel in this stream.", nameof(message));

        // One lock for all: the buffers and the cipher serve one caller at a time, and sequences leave in the order of the calls.
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            try
            {
                return Seal(Serialize(message), terms.CompressPrompts && message is Infer);
            }
            finally
            {
                if (json.Capacity > KeptBuffer) json = new ArrayBufferWriter<byte>(512);
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            if (disposed) return;

            disposed = true;
            cipher.Dispose();
            writer?.Dispose();
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    private ReadOnlySpan<byte> Serialize(RelayMessage message)
    {
        json.ResetWrittenCount();
        if (writer is null)
            writer = new Utf8JsonWriter(json, new JsonWriterOptions { Encoder = RelayJson.Encoder, MaxDepth = RelayJson.MaxDepth });
        else
            writer.Reset(json);

        RelayJson.Write(writer, message);
        writer.Flush();
        return json.WrittenCount <= Frame.LargestMessage
            ? json.WrittenSpan
            : throw new MessageTooLargeException(json.WrittenCount);
    }

    private byte[][] Seal(ReadOnlySpan<byte> message, bool compress)
    {
        if (!compress) return SealParts(message, false);

        var packed = PromptCompression.TryPack(message, out var size);
        if (packed is null) return SealParts(message, false);

        try
        {
            return SealParts(packed.AsSpan(0, size), true);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(packed, clearArray: true);
        }
    }

    private byte[][] SealParts(ReadOnlySpan<byte> content, bool brotli)
    {
        var room = terms.MaxPart - Frame.LengthSize;
        var parts = (content.Length + room - 1) / room;
        if (parts > ushort.MaxValue) throw new ArgumentException("A message has too many parts for this carrier.", nameof(content));
        if (parts > sequenceLimit - next) throw new InvalidOperationException("The stream is used up; seal with a new one.");

        var frames = new byte[parts][];
        for (var part = 0; part < parts; part++)
        {
            var header = new FrameHeader
            {
                Direction = direction,
                Brotli = brotli,
                KeyId = keyId,
                StreamId = streamId,

                // Taken before it is used: a frame that fails has used its sequence up.
                Sequence = next++,
                Part = (ushort)part,
                Parts = (ushort)parts,
            };
            var start = part * room;
            frames[part] = SealPart(header, content.Slice(start, Math.Min(room, content.Length - start)));
        }

        return frames;
    }

    private byte[] SealPart(FrameHeader header, ReadOnlySpan<byte> content)
    {
        var size = Frame.PaddedSize(content.Length, terms.MaxPart);
        if (plaintext.Length < size) plaintext = new byte[size];
        var padded = plaintext.AsSpan(0, size);
        BinaryPrimitives.WriteUInt32BigEndian(padded, (uint)content.Length);
        content.CopyTo(padded[Frame.LengthSize..]);
        padded[(Frame.LengthSize + content.Length)..].Clear();

        var frame = new byte[Frame.HeaderSize + size + Frame.TagSize];
        header.Write(frame);
        frame.AsSpan(0, Frame.HeaderSize).CopyTo(additionalData.AsSpan(AdditionalDataPrefix));
        Span<byte> nonce = stackalloc byte[Frame.NonceSize];
        nonce.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(nonce[8..], header.Sequence);
        cipher.Encrypt(nonce, padded, frame.AsSpan(Frame.HeaderSize, size), frame.AsSpan(Frame.HeaderSize + size), additionalData);
        return frame;
    }
}
