using System.Buffers.Binary;
using System.IO.Compression;

namespace MeatLizard.Testing.Models;

/// <summary>Small images of one colour.</summary>
public static class TestImage
{
    private const int Side = 16;

    /// <summary>A PNG of 16 by 16.</summary>
    public static byte[] Png(byte red, byte green, byte blue)
    {
        using var pixels = new MemoryStream();
        using (var packed = new ZLibStream(pixels, CompressionLevel.Fastest, leaveOpen: true))
        {
            byte[] row = [0, .. Enumerable.Repeat((byte[])[red, green, blue], Side).SelectMany(pixel => pixel)];
            for (var y = 0; y < Side; y++)
                packed.Write(row);
        }
        byte[] head = [0, 0, 0, Side, 0, 0, 0, Side, 8, 2, 0, 0, 0];
        return [0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR"u8, head), .. Chunk("IDAT"u8, pixels.ToArray()), .. Chunk("IEND"u8, [])];
    }

    /// <summary>As a caller sends it.</summary>
    public static string Url(byte[] png) => "data:image/png;base64," + Convert.ToBase64String(png);

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] content)
    {
        byte[] checkedBytes = [.. type, .. content];
        var chunk = new byte[4 + checkedBytes.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        checkedBytes.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(4 + checkedBytes.Length), Checksum(checkedBytes));
        return chunk;
    }

    /// <summary>CRC-32, as PNG has it.</summary>
    private static uint Checksum(byte[] bytes)
    {
        var rest = uint.MaxValue;
        foreach (var value in bytes)
        {
            rest ^= value;
            for (var bit = 0; bit < 8; bit++)
                rest = (rest & 1) == 1 ? (rest >> 1) ^ 0xEDB88320 : rest >> 1;
        }
        return ~rest;
    }
}
