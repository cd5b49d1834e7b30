using System.Buffers;
using System.IO.Compression;

namespace MeatLizard.Infrastructure.Relay.Frames;

/// <summary>Brotli over one whole message, which holds one user's data only: nobody else's text can be guessed at by its length.</summary>
internal static class PromptCompression
{
    /// <summary>Below this many bytes the padding would eat what is won.</summary>
    private const int Worthwhile = 512;

    private const int Quality = 3;
    private const int WindowBits = 20;

    /// <summary>The compressed bytes in a rented array, or null when they would not be fewer.</summary>
    public static byte[]? TryPack(ReadOnlySpan<byte> message, out int size)
    {
        size = 0;
        if (message.Length < Worthwhile) return null;

        var packed = ArrayPool<byte>.Shared.Rent(message.Length);
        if (BrotliEncoder.TryCompress(message, packed.AsSpan(0, message.Length - 1), out size, Quality, WindowBits)) return packed;

        ArrayPool<byte>.Shared.Return(packed);
        return null;
    }

    /// <summary>Opened with the bytes in a rented array. Never writes more than the largest message, whatever the input claims.</summary>
    public static FrameOutcome Unpack(ReadOnlySpan<byte> packed, out byte[] message, out int size)
    {
        message = ArrayPool<byte>.Shared.Rent(Math.Clamp(packed.Length * 4, 4096, Frame.LargestMessage));
        size = 0;
        using var decoder = new BrotliDecoder();
        while (true)
        {
            var room = Math.Min(message.Length, Frame.LargestMessage) - size;
            var status = decoder.Decompress(packed, message.AsSpan(size, room), out var consumed, out var written);
            packed = packed[consumed..];
            size += written;
            switch (status)
            {
                case OperationStatus.Done when packed.IsEmpty:
                    return FrameOutcome.Opened;
                case OperationStatus.DestinationTooSmall when size < Frame.LargestMessage:
                    var larger = ArrayPool<byte>.Shared.Rent(Math.Min(message.Length * 2, Frame.LargestMessage));
                    message.AsSpan(0, size).CopyTo(larger);
                    Return(ref message);
                    message = larger;
                    break;
                default:
                    Return(ref message);
                    return status == OperationStatus.DestinationTooSmall ? FrameOutcome.Oversized : FrameOutcome.Malformed;
            }
        }
    }

    private static void Return(ref byte[] rented)
    {
        ArrayPool<byte>.Shared.Return(rented);
        rented = [];
    }
}
