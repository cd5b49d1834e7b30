using System.Buffers.Text;
using System.Text.Json;
using MeatLizard.Domain.Conversations;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>The images of one call: read from data: URLs, and looked at before they travel. Nothing is fetched for a caller.</summary>
internal sealed class ImageInput
{
    private const int Most = 10;
    private const int LargestBytes = 4 * 1024 * 1024;

    /// <summary>Of all together: with the texts they must fit into one message of the relay, as base64 and escaped.</summary>
    private const int LargestSum = 6 * 1024 * 1024;

    /// <summary>Of all together, unpacked: three bytes of each are memory of the worker's.</summary>
    private const long MostPixels = 50_000_000;

    private const string Scheme = "data:";
    private const string Encoding = ";base64";

    /// <summary>Characters of base64 that make the bytes by which a kind of image is known.</summary>
    private const int FirstCharacters = 16;

    private int _count;
    private int _bytes;
    private long _pixels;

    /// <summary>An object {url, detail?}, as chat completions have it.</summary>
    public ImagePart ReadObject(JsonElement part, string at)
    {
        GivenJson.Only(part, at, "type", "image_url");
        var image = GivenJson.Member(part, "image_url") ?? throw Unsupported.Wrong($"{at}.image_url", "This is needed.");
        GivenJson.Only(image, $"{at}.image_url", "url", "detail");
        CheckDetail(image, $"{at}.image_url");
        return Read(GivenJson.Text(image, "url", $"{at}.image_url") ?? throw Unsupported.Wrong($"{at}.image_url.url", "This is needed."), $"{at}.image_url");
    }

    /// <summary>A text beside a detail, as responses have it.</summary>
    public ImagePart ReadText(JsonElement part, string at)
    {
        GivenJson.Only(part, at, "type", "image_url", "detail", "file_id");
        Unsupported.Refuse(($"{at}.file_id", GivenJson.Member(part, "file_id")));
        CheckDetail(part, at);
        return Read(GivenJson.Text(part, "image_url", at) ?? throw Unsupported.Wrong($"{at}.image_url", "This is needed."), $"{at}.image_url");
    }

    /// <summary>Without effect: how closely it looks is the model's business.</summary>
    private static void CheckDetail(JsonElement of, string at)
    {
        if (GivenJson.Text(of, "detail", at) is not (null or "auto" or "low" or "high" or "original"))
        {
            throw Unsupported.Value($"{at}.detail", "This is auto, low, high or original.");
        }
    }

    private ImagePart Read(string url, string at)
    {
        if (url.StartsWith("http:", StringComparison.OrdinalIgnoreCase) || url.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
        {
            throw Unsupported.Value(at, "This server fetches nothing for its callers. Send the image itself, as a data: URL in base64.");
        }

        var comma = url.IndexOf(',', StringComparison.Ordinal);
        if (!url.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || comma < 0
            || !url.AsSpan(0, comma).EndsWith(Encoding, StringComparison.OrdinalIgnoreCase))
        {
            throw Unsupported.Because(at, "invalid_image_url", "An image is a data: URL in base64, such as data:image/png;base64,\u2026");
        }

        var type = Type(url.AsSpan(Scheme.Length, comma - Scheme.Length)) ?? throw Unsupported.Because(
            at, "unsupported_image_media_type", "An image is image/png, image/jpeg, image/webp or image/gif.");
        var data = url[(comma + 1)..];
        if (!Base64.IsValid(data, out var length))
        {
            throw Unsupported.Because(at, "invalid_base64_image", "What stands after the comma is no base64.");
        }

        Count(length, at);

        // Some write it in lines, which is base64, and not what every reader takes.
        data = data.AsSpan().ContainsAny(" \t\r\n") ? Convert.ToBase64String(Convert.FromBase64String(data)) : data;
        if (Kind(data) != type)
        {
            throw Unsupported.Because(at, "invalid_image_format", $"By its first bytes this is no {type}.");
        }

        Unpacked(ImageSize.Pixels(type, Convert.FromBase64String(data)), at);
        return new(type, data);
    }

    private void Unpacked(long? pixels, string at)
    {
        if (pixels is not (> 0 and var area))
        {
            throw Unsupported.Because(at, "invalid_image_format", "Its header does not say how large it is.");
        }

        if (area > MostPixels || (_pixels += area) > MostPixels)
        {
            throw Unsupported.Because(at, "image_too_large", $"The images of a call have at most {MostPixels / 1_000_000} megapixels together. Make them smaller: models see no more than a few.");
        }
    }

    private void Count(int length, string at)
    {
        if (++_count > Most)
        {
            throw Unsupported.Because(at, "too_many_images", $"A call has at most {Most} images.");
        }

        if (length > LargestBytes)
        {
            throw Unsupported.Because(at, "image_too_large", $"An image has at most {LargestBytes / 1024 / 1024} MiB. Make it smaller: models see no more than a few megapixels.");
        }

        if ((_bytes += length) > LargestSum)
        {
            throw Unsupported.Because(at, "image_too_large", $"The images of a call have at most {LargestSum / 1024 / 1024} MiB together.");
        }
    }

    /// <param name="header">Between the scheme and the comma: parameters may follow the type.</param>
    private static string? Type(ReadOnlySpan<char> header) => header[..header.IndexOf(';')].Trim() switch
    {
        var type when type.Equals("image/png", StringComparison.OrdinalIgnoreCase) => "image/png",
        var type when type.Equals("image/jpeg", StringComparison.OrdinalIgnoreCase) || type.Equals("image/jpg", StringComparison.OrdinalIgnoreCase) => "image/jpeg",
        var type when type.Equals("image/webp", StringComparison.OrdinalIgnoreCase) => "image/webp",
        var type when type.Equals("image/gif", StringComparison.OrdinalIgnoreCase) => "image/gif",
        _ => null,
    };

    /// <summary>By the bytes that every image of a kind begins with.</summary>
    private static string? Kind(string data)
    {
        Span<byte> bytes = stackalloc byte[FirstCharacters / 4 * 3];
        if (data.Length <= FirstCharacters || !Convert.TryFromBase64Chars(data.AsSpan(0, FirstCharacters), bytes, out _))
        {
            return null;
        }

        return bytes.StartsWith((ReadOnlySpan<byte>)[0x89, .. "PNG\r\n\u001a\n"u8]) ? "image/png"
            : bytes.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff]) ? "image/jpeg"
            : bytes.StartsWith("GIF87a"u8) || bytes.StartsWith("GIF89a"u8) ? "image/gif"
            : bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8) ? "image/webp"
            : null;
    }
}
