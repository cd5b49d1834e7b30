using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using MeatLizard.Application.Relay;

namespace MeatLizard.Infrastructure.Relay.Frames;

/// <summary>
/// The receiving end of one worker's frames, at the server or at that worker. It takes any bytes without throwing, counts what becomes of
/// them, and changes nothing until a frame's tag has proved that the frame is genuine.
/// </summary>
internal sealed class FrameOpener : IDisposable
{
    private const int OpenStreams = 256;
    private const int AdditionalDataRoom = 4 + Frame.HeaderSize + 2 + CarrierTerms.MaxBinding;

    private readonly Lock gate = new();
    private readonly FrameDirection direction;
    private readonly WorkerEpoch epoch;
    private readonly StreamTable streams;
    private readonly PartsInFlight parts;
    private readonly FrameCounters counters;
    private readonly int knownStreams;
    private Slot[] slots;
    private bool disposed;

    private FrameOpener(FrameDirection direction, WorkerEpoch epoch, RelayKeys keys, FrameCounters counters, FrameOpenerLimits limits)
    {
        this.direction = direction;
        this.epoch = epoch;
        this.counters = counters;
        slots = SlotsOf(keys);
        knownStreams = direction == FrameDirection.ToWorker ? limits.WorkerStreams : limits.ServerStreams;
        streams = new StreamTable(OpenStreams, knownStreams, forgets: direction == FrameDirection.ToServer);
        parts = new PartsInFlight(limits.MessagesInFlight, limits.BytesInFlight, counters);
    }

    /// <summary>
    /// Whether a worker's opener has little room left to remember streams. It then takes no new ones in the end: say hello with a new
    /// epoch, and open with a new opener, as soon as nothing is running.
    /// </summary>
    public bool WantsNewEpoch
    {
        get
        {
            lock (gate) return direction == FrameDirection.ToWorker && streams.Count >= knownStreams / 4 * 3;
        }
    }

    /// <summary>Streams remembered now.</summary>
    public int Streams
    {
        get
        {
            lock (gate) return streams.Count;
        }
    }

    /// <summary>Messages of which parts are missing now.</summary>
    public int MessagesInFlight
    {
        get
        {
            lock (gate) return parts.Count;
        }
    }

    /// <summary>What a worker opens with: frames of its present epoch, and pings.</summary>
    public static FrameOpener AtWorker(RelayKeys keys, WorkerEpoch epoch, FrameCounters counters, FrameOpenerLimits? limits = null)
    {
        if (epoch.IsNone) throw new ArgumentException("A worker opens with an epoch of its own.", nameof(epoch));

        return new FrameOpener(FrameDirection.ToWorker, epoch, keys, counters, limits ?? FrameOpenerLimits.Usual);
    }

    /// <summary>What the server opens one worker's frames with.</summary>
    public static FrameOpener AtServer(RelayKeys keys, FrameCounters counters, FrameOpenerLimits? limits = null) =>
        new(FrameDirection.ToServer, WorkerEpoch.None, keys, counters, limits ?? FrameOpenerLimits.Usual);

    /// <summary>From now on these roots open, and no others. What was seen stays seen.</summary>
    public void Know(RelayKeys keys)
    {
        lock (gate) slots = SlotsOf(keys);
    }

    /// <summary>Opened with a message when this frame completed one; otherwise why not, and no message.</summary>
    /// <param name="frame">Any bytes.</param>
    /// <param name="binding">Where they came from, as the carrier knows it by itself.</param>
    /// <param name="message">The message.</param>
    public FrameOutcome TryOpen(ReadOnlySpan<byte> frame, string binding, out RelayMessage? message) => TryOpen(frame, binding, out message, out _);

    /// <param name="sealedBy">The root that the frame was sealed with; null when it did not open.</param>
    /// <inheritdoc cref="TryOpen(ReadOnlySpan{byte}, string, out RelayMessage?)"/>
    public FrameOutcome TryOpen(ReadOnlySpan<byte> frame, string binding, out RelayMessage? message, out RelayRoot? sealedBy)
    {
        var outcome = Open(frame, binding, out message, out sealedBy);
        counters.Count(outcome);
        return outcome;
    }

    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            streams.Dispose();
        }
    }

    private FrameOutcome Open(ReadOnlySpan<byte> frame, string binding, out RelayMessage? message, out RelayRoot? sealedBy)
    {
        message = null;
        sealedBy = null;
        var outcome = FrameHeader.Read(frame, direction, out var header);
        if (outcome != FrameOutcome.Opened) return outcome;

        var size = frame.Length - Frame.HeaderSize - Frame.TagSize;
        var plaintext = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            byte[]? whole;
            int wholeSize;
            Slot? slot;
            lock (gate)
            {
                slot = FindSlot(header.KeyId);
                if (slot is null) return FrameOutcome.UnknownKey;

                outcome = Verify(frame, header, slot, binding, plaintext.AsSpan(0, size));
                if (outcome != FrameOutcome.Opened) return outcome;

                outcome = Collect(header, plaintext.AsSpan(0, size), out whole, out wholeSize);
            }

            if (outcome != FrameOutcome.Opened) return outcome;

            outcome = Parse(whole is null ? plaintext.AsSpan(Frame.LengthSize, wholeSize) : whole.AsSpan(0, wholeSize), header.Brotli, slot, out message);
            if (outcome == FrameOutcome.Opened) sealedBy = slot.Root;
            if (whole is not null) ArrayPool<byte>.Shared.Return(whole, clearArray: true);
            return outcome;
        }
        finally
        {
            // What was decrypted must not turn up in somebody else's buffer.
            CryptographicOperations.ZeroMemory(plaintext.AsSpan(0, size));
            ArrayPool<byte>.Shared.Return(plaintext);
        }
    }

    private Slot[] SlotsOf(RelayKeys keys)
    {
        var all = new List<Slot>();
        foreach (var root in keys.Roots)
        {
            all.Add(new Slot(root.KeyIdTowards(direction, epoch), root, epoch));
            if (direction == FrameDirection.ToWorker)
                all.Add(new Slot(root.KeyIdTowards(direction, WorkerEpoch.None), root, WorkerEpoch.None));
        }

        return [.. all];
    }

    private Slot? FindSlot(ulong keyId)
    {
        foreach (var slot in slots)
            if (slot.KeyId == keyId) return slot;

        return null;
    }

    /// <summary>Decrypts, and only then looks at the replay state and changes it.</summary>
    private FrameOutcome Verify(ReadOnlySpan<byte> frame, in FrameHeader header, Slot slot, string binding, Span<byte> plaintext)
    {
        if (disposed) return FrameOutcome.UnknownKey;

        var name = new StreamName(header.KeyId, header.StreamId);
        var stream = streams.Find(name);
        if (stream is not null)
        {
            if (!TryDecrypt(stream.Cipher, frame, header, binding, plaintext)) return FrameOutcome.Forged;

            var check = stream.Window.Check(header.Sequence);
            if (check != FrameOutcome.Opened) return check;
        }
        else
        {
            var cipher = slot.Root.StreamCipher(direction, slot.Epoch, frame.Slice(12, Frame.StreamIdSize));
            var fresh = new OpenStream(name, cipher, streams.WindowOf(name));
            var outcome = TryDecrypt(cipher, frame, header, binding, plaintext) ? fresh.Window.Check(header.Sequence) : FrameOutcome.Forged;
            if (outcome == FrameOutcome.Opened && !streams.TryKeep(fresh)) outcome = FrameOutcome.StreamsFull;
            if (outcome != FrameOutcome.Opened)
            {
                fresh.Dispose();
                return outcome;
            }

            stream = fresh;
        }

        stream.Window.Mark(header.Sequence);
        streams.Touch(stream);
        return FrameOutcome.Opened;
    }

    private static bool TryDecrypt(AesGcm cipher, ReadOnlySpan<byte> frame, in FrameHeader header, string binding, Span<byte> plaintext)
    {
        if (binding.Length > CarrierTerms.MaxBinding) return false;

        // A character takes up to three bytes; a binding that is too long for the sealer opens nothing.
        Span<byte> additionalData = stackalloc byte[AdditionalDataRoom + (2 * CarrierTerms.MaxBinding)];
        var size = Frame.WriteAdditionalData(additionalData, frame[..Frame.HeaderSize], binding);
        Span<byte> nonce = stackalloc byte[Frame.NonceSize];
        nonce.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(nonce[8..], header.Sequence);
        try
        {
            cipher.Decrypt(
                nonce, frame.Slice(Frame.HeaderSize, plaintext.Length), frame[(Frame.HeaderSize + plaintext.Length)..], plaintext,
                    additionalData[..size]);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    /// <summary>Opened when the message is complete: in an array of its own, or, if it is null, where the plaintext is.</summary>
    private FrameOutcome Collect(in FrameHeader header, ReadOnlySpan<byte> plaintext, out byte[]? whole, out int size)
    {
        whole = null;
        size = 0;
        var length = BinaryPrimitives.ReadUInt32BigEndian(plaintext);
        if (length == 0 || length > plaintext.Length - Frame.LengthSize) return FrameOutcome.Malformed;

        size = (int)length;
        var content = plaintext.Slice(Frame.LengthSize, size);
        if (plaintext[(Frame.LengthSize + size)..].ContainsAnyExcept((byte)0)) return FrameOutcome.Malformed;
        if (header.Parts == 1) return FrameOutcome.Opened;

        return parts.Add(new StreamName(header.KeyId, header.StreamId), header, content, out whole, out size);
    }

    private FrameOutcome Parse(ReadOnlySpan<byte> content, bool brotli, Slot slot, out RelayMessage? message)
    {
        message = null;
        var rented = Array.Empty<byte>();
        if (brotli)
        {
            var unpacked = PromptCompression.Unpack(content, out rented, out var size);
            if (unpacked != FrameOutcome.Opened) return unpacked;

            content = rented.AsSpan(0, size);
        }

        var outcome = RelayJson.Read(content, direction, out var read);
        if (brotli) ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        if (outcome != FrameOutcome.Opened) return outcome;
        if (brotli && read is not Infer) return FrameOutcome.BadFlags;
        if (direction == FrameDirection.ToWorker && read is Ping != slot.Epoch.IsNone) return FrameOutcome.WrongEpoch;

        message = read;
        return FrameOutcome.Opened;
    }

    private sealed record Slot(ulong KeyId, RelayRoot Root, WorkerEpoch Epoch);
}
