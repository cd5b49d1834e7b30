using System.Buffers.Binary;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>
/// How many pixels an image unpacks to, by what its header says: a few bytes may stand for gigabytes, and whoever decodes them takes the memory.
/// </summary>
internal static class ImageSize
{
    private const int PngWidth = 16;
    private const int GifWidth = 6;
    private const int WebpChunk = 12;

    /// <returns>Width times height; null when the header does not say.</returns>
    public static long? Pixels(string mediaType, ReadOnlySpan<byte> image) => mediaType switch
    {
        "image/png" => Png(image),
        "image/jpeg" => Jpeg(image),
        "image/gif" => Gif(image),
        "image/webp" => Webp(image),
        _ => null,
    };

    private static long? Png(ReadOnlySpan<byte> image) => image.Length >= PngWidth + 8 && image[12..].StartsWith("IHDR"u8)
        ? Area(BinaryPrimitives.ReadUInt32BigEndian(image[PngWidth..]), BinaryPrimitives.ReadUInt32BigEndian(image[(PngWidth + 4)..]))
        : null;

    private static long? Gif(ReadOnlySpan<byte> image) => image.Length >= GifWidth + 4
        ? Area(BinaryPrimitives.ReadUInt16LittleEndian(image[GifWidth..]), BinaryPrimitives.ReadUInt16LittleEndian(image[(GifWidth + 2)..]))
        : null;

    /// <summary>Segment by segment to the frame's header; of several the largest.</summary>
    private static long? Jpeg(ReadOnlySpan<byte> image)
    {
        long? largest = null;
        var at = 2;
        while (at + 4 <= image.Length && image[at] == 0xff)
        {
            var marker = image[at + 1];
            if (marker == 0xff)
            {
                at++;
                continue;
            }

            if (marker is 0x01 or (>= 0xd0 and <= 0xd8))
            {
                at += 2;
                continue;
            }

            if (marker is 0xda or 0xd9)
            {
                break;
            }

            if (IsFrame(marker) && at + 9 <= image.Length)
            {
                var area = Area(BinaryPrimitives.ReadUInt16BigEndian(image[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(image[(at + 5)..]));
                largest = largest > area ? largest : area;
            }

            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(image[(at + 2)..]);
        }

        return largest;
    }

    /// <summary>SOF0 to SOF15; what lies between them are tables.</summary>
    private static bool IsFrame(byte marker) => marker is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc);

    private static long? Webp(ReadOnlySpan<byte> image)
    {
        if (image.Length < WebpChunk + 18)
        {
            return null;
        }

        var chunk = image[WebpChunk..];
        var data = chunk[8..];
        return chunk switch
        {
            _ when chunk.StartsWith("VP8X"u8) => Area(1 + UInt24(data[4..]), 1 + UInt24(data[7..])),
            _ when chunk.StartsWith("VP8L"u8) => Lossless(BinaryPrimitives.ReadUInt32LittleEndian(data[1..])),
            _ when chunk.StartsWith("VP8 "u8) => Area(
                BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3fffu, BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3fffu),
            _ => null,
        };
    }

    /// <param name="bits">Fourteen of the width less one, fourteen of the height less one.</param>
    private static long Lossless(uint bits) => Area(1 + (bits & 0x3fff), 1 + ((bits >> 14) & 0x3fff));

    private static uint UInt24(ReadOnlySpan<byte> bytes) => bytes[0] | ((uint)bytes[1] << 8) | ((uint)bytes[2] << 16);

    private static long Area(uint width, uint height)
    {
        var area = (ulong)width * height;
        return area > long.MaxValue ? long.MaxValue : (long)area;
    }
}
