using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace MeatLizard.Infrastructure.Relay.Frames;

/// <summary>ML1's numbers, and the frame as text. docs/protocol.md is the specification.</summary>
internal static class Frame
{
    public const byte Version = 1;
    public const int HeaderSize = 36;
    public const int TagSize = 16;
    public const int NonceSize = 12;
    public const int StreamIdSize = 16;

    /// <summary>The u32 that says how many bytes of the plaintext are content.</summary>
    public const int LengthSize = 4;

    public const int SmallestPart = 64;
    public const int LargestPart = 64 * 1024;

    /// <summary>In process and over the link.</summary>
    public const int LinkPart = 60 * 1024;

    /// <summary>2,000 characters less a mention, a space and the prefix, as base64url, less header and tag.</summary>
    public const int DiscordPart = 1427;

    public const int SmallestFrame = HeaderSize + SmallestPart + TagSize;
    public const int LargestFrame = HeaderSize + LargestPart + TagSize;

    /// <summary>A message, before and after compression.</summary>
    public const int LargestMessage = 16 * 1024 * 1024;

    /// <summary>The first sequence that may not be used.</summary>
    public const uint SequenceLimit = 1u << 31;

    private const string TextPrefix = "ML1.";

    /// <summary>The size of a plaintext that must hold this much: few sizes tell little about the content.</summary>
    public static int PaddedSize(int contentSize, int maxPart)
    {
        var needed = contentSize + LengthSize;
        var padded = needed switch
        {
            <= 64 => 64,
            <= 128 => 128,
            <= 256 => 256,
            _ => (needed + 511) / 512 * 512,
        };
        return Math.Min(padded, maxPart);
    }

    /// <summary>The frame as a carrier of text takes it.</summary>
    public static string ToText(ReadOnlySpan<byte> frame) => TextPrefix + Base64Url.EncodeToString(frame);

    /// <summary>
    /// False for anything that is not the text of a frame: another prefix, other characters, or longer than a frame can be.
    /// </summary>
    public static bool TryFromText(ReadOnlySpan<char> text, out byte[] frame)
    {
        frame = [];
        if (!text.StartsWith(TextPrefix, StringComparison.Ordinal)) return false;

        text = text[TextPrefix.Length..];
        if (text.Length > Base64Url.GetEncodedLength(LargestFrame) || !Base64Url.IsValid(text, out var length)) return false;

        var bytes = new byte[length];
        if (!Base64Url.TryDecodeFromChars(text, bytes, out var written) || written != length) return false;

        // One frame has one text: neither padding nor white space.
        if (Base64Url.GetEncodedLength(length) != text.Length) return false;

        frame = bytes;
        return true;
    }

    /// <summary>Names the frame towards the carrier, so that a post made twice appears once.</summary>
    public static string PostNonce(ReadOnlySpan<byte> frame)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(frame, hash);
        return Base64Url.EncodeToString(hash[..16]);
    }

    /// <summary>The additional data of a frame: "ML1" 00, header, and the binding with its length. Returns its size.</summary>
    public static int WriteAdditionalData(Span<byte> destination, ReadOnlySpan<byte> header, string binding)
    {
        "ML1\0"u8.CopyTo(destination);
        header.CopyTo(destination[4..]);
        var size = Encoding.UTF8.GetBytes(binding, destination[(4 + HeaderSize + 2)..]);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(destination[(4 + HeaderSize)..], (ushort)size);
        return 4 + HeaderSize + 2 + size;
    }
}
