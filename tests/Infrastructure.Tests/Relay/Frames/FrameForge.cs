using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MeatLizard.Infrastructure.Tests.Relay.Frames;

/// <summary>
/// ML1 written a second time, from the specification alone and with nothing of the product's: it seals what the product's sealer never
/// would, and shows that the document suffices.
/// </summary>
internal sealed record FrameForge
{
    public required byte[] Root { get; init; }

    public required bool ToWorker { get; init; }

    public byte[] Epoch { get; init; } = new byte[16];

    public byte[] StreamId { get; init; } = RandomNumberGenerator.GetBytes(16);

    public string Binding { get; init; } = "local";

    public byte Version { get; init; } = 1;

    public byte Reserved { get; init; }

    public byte[] KeyId => Derive([], [.. "ML1 key id"u8, .. ToWorker ? Epoch : []], 8);

    public byte[] Key => Derive(StreamId, [.. ToWorker ? "ML1 s2w"u8 : "ML1 w2s"u8, .. ToWorker ? Epoch : []], 32);

    public byte[] Seal(string json, uint sequence = 0) => Seal(Encoding.UTF8.GetBytes(json), sequence);

    public byte[] Seal(byte[] content, uint sequence = 0, ushort part = 0, ushort parts = 1, byte? flags = null) =>
        SealPlaintext(Padded(content), sequence, part, parts, flags);

    public byte[] SealPlaintext(byte[] plaintext, uint sequence = 0, ushort part = 0, ushort parts = 1, byte? flags = null)
    {
        var header = new byte[36];
        header[0] = Version;
        header[1] = flags ?? (byte)(part == parts - 1 ? 2 : 0);
        header[2] = (byte)(ToWorker ? 0 : 1);
        header[3] = Reserved;
        KeyId.CopyTo(header, 4);
        StreamId.CopyTo(header, 12);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(28), sequence);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(32), part);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(34), parts);

        var ciphertext = new byte[plaintext.Length];
        var tag = new byte[16];
        using var aes = new AesGcm(Key, 16);
        aes.Encrypt(Nonce(header), plaintext, ciphertext, tag, AdditionalData(header));
        return [.. header, .. ciphertext, .. tag];
    }

    /// <summary>The plaintext of a frame of this direction, epoch and binding; its stream id is the frame's.</summary>
    public byte[] Open(byte[] frame)
    {
        var header = frame[..36];
        var plaintext = new byte[frame.Length - 52];
        using var aes = new AesGcm((this with { StreamId = frame[12..28] }).Key, 16);
        aes.Decrypt(Nonce(header), frame.AsSpan(36, plaintext.Length), frame.AsSpan(frame.Length - 16), plaintext, AdditionalData(header));
        return plaintext;
    }

    public static byte[] Padded(byte[] content)
    {
        var size = new[] { 64, 128, 256 }.FirstOrDefault(step => step >= content.Length + 4, (content.Length + 4 + 511) / 512 * 512);
        var plaintext = new byte[size];
        BinaryPrimitives.WriteInt32BigEndian(plaintext, content.Length);
        content.CopyTo(plaintext, 4);
        return plaintext;
    }

    public static byte[] Nonce(byte[] header) => [0, 0, 0, 0, 0, 0, 0, 0, .. header[28..32]];

    public byte[] AdditionalData(byte[] header)
    {
        var binding = Encoding.UTF8.GetBytes(Binding);
        return [.. "ML1\0"u8, .. header, (byte)(binding.Length >> 8), (byte)binding.Length, .. binding];
    }

    // RFC 5869 by hand: extract, then as many expansions as are needed (one: no output here is longer than a hash).
    private byte[] Derive(byte[] salt, byte[] info, int length) =>
        HMACSHA256.HashData(HMACSHA256.HashData(salt.Length == 0 ? new byte[32] : salt, Root), (byte[])[.. info, 1])[..length];
}
