using System.Buffers.Binary;
using System.Text;

namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>What the first part of a GGUF file says about the model, read without loading any of its weights.</summary>
internal sealed record GgufHeader
{
    private const uint Magic = 0x46554747;
    private const int LongestName = 1 << 16;
    private const int LongestText = 1 << 24;

    public string Architecture { get; private init; } = "";
    public string? Name { get; private init; }
    public int? ContextLength { get; private init; }
    public string ChatTemplate { get; private init; } = "";

    /// <summary>How the vectors of a text's tokens become one, as llama.cpp numbers it; null of most models that chat.</summary>
    public int? Pooling { get; private init; }

    /// <summary>It is a projector, and turns images into what a model reads; there are others for sound.</summary>
    public bool ReadsImages { get; private init; }

    /// <summary>False when the file ends before its last tensor begins: it is still being copied, or was cut.</summary>
    public bool Complete { get; private init; }

    public static GgufHeader Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
        try
        {
            return Read(file);
        }
        catch (EndOfStreamException end)
        {
            throw new InvalidDataException("it ends in the middle of its header", end);
        }
    }

    private static GgufHeader Read(FileStream file)
    {
        if (UInt32(file) != Magic)
            throw new InvalidDataException("it is no GGUF file");
        if (UInt32(file) is < 2 or > 3)
            throw new InvalidDataException("its GGUF version is not known");
        var tensors = Count(file);
        var pairs = Count(file);

        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var numbers = new Dictionary<string, ulong>(StringComparer.Ordinal);
        var readsImages = false;
        for (ulong i = 0; i < pairs; i++)
        {
            var key = Text(file, LongestName);
            var type = UInt32(file);
            if (type == 8 && Wanted(key))
                texts[key] = Text(file, LongestText);
            else if (type is 4 or 10 && (key.EndsWith(".context_length", StringComparison.Ordinal) || key.EndsWith(".pooling_type", StringComparison.Ordinal)))
                numbers[key] = type == 4 ? UInt32(file) : UInt64(file);
            else if (type == 7 && key == "clip.has_vision_encoder")
                readsImages = file.ReadByte() == 1;
            else
                Skip(file, type);
        }

        var last = 0UL;
        for (ulong i = 0; i < tensors; i++)
        {
            _ = Text(file, LongestName);
            var dimensions = UInt32(file);
            if (dimensions > 8)
                throw new InvalidDataException("one of its tensors is malformed");
            Advance(file, (long)dimensions * 8 + 4);
            last = Math.Max(last, UInt64(file));
        }

        var architecture = texts.GetValueOrDefault("general.architecture", "");
        return new GgufHeader
        {
            Architecture = architecture,
            Name = texts.GetValueOrDefault("general.name"),
            ContextLength = numbers.TryGetValue(architecture + ".context_length", out var length)
                ? (int)Math.Min(length, int.MaxValue)
                : null,
            Pooling = numbers.TryGetValue(architecture + ".pooling_type", out var pooling) ? (int)Math.Min(pooling, int.MaxValue) : null,
            ReadsImages = readsImages,
            ChatTemplate = texts.GetValueOrDefault("tokenizer.chat_template", ""),
            Complete = tensors == 0 || (ulong)file.Length - (ulong)file.Position > last,
        };
    }

    private static bool Wanted(string key) => key is "general.architecture" or "general.name" or "tokenizer.chat_template";

    private static void Skip(FileStream file, uint type)
    {
        switch (type)
        {
            case 8:
                Advance(file, Length(file));
                break;
            case 9:
                var element = UInt32(file);
                var count = Count(file);
                if (element == 8)
                    for (ulong i = 0; i < count; i++)
                        Advance(file, Length(file));
                else
                    Advance(file, checked((long)count * Width(element)));
                break;
            default:
                Advance(file, Width(type));
                break;
        }
    }

    private static int Width(uint type) => type switch
    {
        0 or 1 or 7 => 1,
        2 or 3 => 2,
        4 or 5 or 6 => 4,
        10 or 11 or 12 => 8,
        _ => throw new InvalidDataException("it holds a value of an unknown type"),
    };

    private static void Advance(FileStream file, long bytes)
    {
        if (bytes < 0 || bytes > file.Length - file.Position)
            throw new EndOfStreamException();
        file.Seek(bytes, SeekOrigin.Current);
    }

    private static ulong Count(FileStream file)
    {
        var count = UInt64(file);
        // Every entry takes at least a byte, so a larger number can only be a lie.
        return count <= (ulong)file.Length ? count : throw new InvalidDataException("it counts more entries than it can hold");
    }

    private static long Length(FileStream file)
    {
        var length = UInt64(file);
        return length <= long.MaxValue ? (long)length : throw new EndOfStreamException();
    }

    private static string Text(FileStream file, int longest)
    {
        var length = Length(file);
        if (length > longest)
            throw new InvalidDataException("one of its texts is too long");
        var bytes = new byte[length];
        file.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private static uint UInt32(FileStream file)
    {
        Span<byte> bytes = stackalloc byte[4];
        file.ReadExactly(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    private static ulong UInt64(FileStream file)
    {
        Span<byte> bytes = stackalloc byte[8];
        file.ReadExactly(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}
