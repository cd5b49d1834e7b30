using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MeatLizard.Infrastructure.Relay.Frames;

namespace MeatLizard.Infrastructure.Discord.Relay;

/// <summary>
/// Frames as Discord carries them. As text: a mention of the receiving bot, because without it a bot is shown no content, and the
/// frames in their text form, with blanks between; as many in one message as fit. Many at once travel as one file: each frame
/// behind its length, four bytes, big-endian.
/// </summary>
internal static class FramePost
{
    public const string FileName = "frames.ml1";

    /// <summary>Characters in one message.</summary>
    public const int LongestContent = 2000;

    /// <summary>Messages of text that are posted before a file takes their place.</summary>
    public const int MostTexts = 3;

    /// <summary>Bytes in one file; Discord takes 10 MiB with everything around it.</summary>
    public const int LargestFile = 8 * 1024 * 1024;

    private const int LengthSize = 4;

    /// <summary>What of these frames goes into the next message, from the first on.</summary>
    /// <param name="frames">At least one.</param>
    /// <param name="count">How many of them are in it.</param>
    public static DiscordPost Of(Snowflake peer, IReadOnlyList<byte[]> frames, out int count)
    {
        var mention = $"<@{peer}>";
        string[] texts = [.. frames.Take(MostTexts * LongestContent / Frame.SmallestFrame).Select(frame => Frame.ToText(frame))];
        if (Texts(texts, mention.Length) is var needed && (needed > MostTexts || texts.Length < frames.Count))
        {
            var file = File(frames, out count);
            return new(mention) { Files = [new(FileName, file)], MayMention = [peer], Nonce = Nonce(file) };
        }

        var content = new StringBuilder(mention);
        count = 0;
        while (count < texts.Length && content.Length + 1 + texts[count].Length <= LongestContent)
        {
            content.Append(' ').Append(texts[count++]);
        }

        var whole = content.ToString();
        return new(whole) { MayMention = [peer], Nonce = Nonce(Encoding.ASCII.GetBytes(whole)) };
    }

    /// <summary>The frames in a message's text; what is no frame is passed over.</summary>
    public static IEnumerable<byte[]> InText(string content)
    {
        foreach (var word in content.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Frame.TryFromText(word, out var frame) && frame.Length > 0)
            {
                yield return frame;
            }
        }
    }

    /// <summary>The frames in a file, up to where it stops making sense.</summary>
    public static IEnumerable<byte[]> InFile(byte[] file)
    {
        for (var at = 0; at + LengthSize <= file.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            at += LengthSize;
            if (length > Frame.LargestFrame || length > file.Length - at)
            {
                yield break;
            }

            yield return file[at..(at + (int)length)];
            at += (int)length;
        }
    }

    /// <summary>Of the content, so that a post that is made again is known as the same.</summary>
    private static string Nonce(ReadOnlySpan<byte> content) =>
        System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(content).AsSpan(0, 16));

    /// <returns>How many messages these take.</returns>
    private static int Texts(string[] texts, int mention)
    {
        var (messages, length) = (1, mention);
        foreach (var text in texts)
        {
            if (length + 1 + text.Length > LongestContent)
            {
                (messages, length) = (messages + 1, mention);
            }

            length += 1 + text.Length;
        }

        return messages;
    }

    private static byte[] File(IReadOnlyList<byte[]> frames, out int count)
    {
        using var file = new MemoryStream();
        Span<byte> length = stackalloc byte[LengthSize];
        for (count = 0; count < frames.Count; count++)
        {
            var frame = frames[count];
            if (file.Length + LengthSize + frame.Length > LargestFile)
            {
                break;
            }

            BinaryPrimitives.WriteUInt32BigEndian(length, (uint)frame.Length);
            file.Write(length);
            file.Write(frame);
        }

        return file.ToArray();
    }
}
