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

    /// <summary>The beginning of an image that says it is so large; nothing of it follows.</summary>
    /// <param name="kind">png, jpeg, gif, or a webp's VP8, VP8L or VP8X.</param>
    public static byte[] Header(string kind, int width, int height) => kind switch
    {
        "png" => [0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR"u8, [.. Big(width, 4), .. Big(height, 4), 8, 2, 0, 0, 0])],
        "jpeg" => [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 1, 0xff, 0xff, 0xc4, 0, 2, 0xff, 0xc2, 0, 8, 8, .. Big(height, 2), .. Big(width, 2), 3, 0xff, 0xd9],
        "gif" => [.. "GIF89a"u8, .. Little(width, 2), .. Little(height, 2), 0, 0, 0],
        "VP8" => Webp("VP8 "u8, [0, 0, 0, 0x9d, 0x01, 0x2a, .. Little(width, 2), .. Little(height, 2)]),
        "VP8L" => Webp("VP8L"u8, [0x2f, .. Little((width - 1) | ((height - 1) << 14), 4), 0, 0, 0, 0, 0]),
        _ => Webp("VP8X"u8, [0, 0, 0, 0, .. Little(width - 1, 3), .. Little(height - 1, 3)]),
    };

    /// <summary>As a caller sends it.</summary>
    public static string Url(byte[] png) => "data:image/png;base64," + Convert.ToBase64String(png);

    private static byte[] Webp(ReadOnlySpan<byte> kind, byte[] data) =>
        [.. "RIFF"u8, .. Little(12 + data.Length, 4), .. "WEBP"u8, .. kind, .. Little(data.Length, 4), .. data];

    private static byte[] Big(int value, int bytes) => [.. Little(value, bytes).Reverse()];

    private static byte[] Little(int value, int bytes) => [.. Enumerable.Range(0, bytes).Select(at => (byte)(value >> (8 * at)))];

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
