using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace MeatLizard.Infrastructure.Tests.Relay.Frames;

/// <summary>
/// Makes the golden vectors by the second writing of ML1, from nothing but what stands here: the product's sealer draws its stream ids
/// and takes none.
/// </summary>
internal static class GoldenGenerator
{
    private const string Root = "101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f";
    private const string Epoch = "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf";
    private const string NoEpoch = "00000000000000000000000000000000";
    private const string About = "\"request_id\":\"0192f0c1-2233-7445-8899-aabbccddeeff\",\"attempt\":1";
    private const string Discord = "discord:1000000000000000061:1000000000000000011", FromWorker = "discord:1000000000000000061:1000000000000000012";
    private const string Link = "link:00112233445566778899aabbccddeeff";
    private const int DiscordPart = 1427, LinkPart = 61_440;

    /// <summary><see cref="LongPrompt"/> as Brotli packed it once; another version of Brotli may pack it otherwise.</summary>
    private const string PackedPrompt =
        "G9UGAIzTFfOAEtY9CGp/n+rN5iemDPGzdVi6+lruOmC86xdkRXHYFhUlFEuCGQQi6TYvQeiRUApn0j4PX07QzXW1E4fuJl0JNN03aq3QZcMwTd"
        + "m1LFv2PN+XsyzPi6Isq6quid+0Q5dAYHesh6wTQzc71CcUnyRF3YVQ0IbgS2EZFjYItakeB0rf2fYVY/fJ9vIQeXYMYlzt72uWxCp8dotJm6Mv"
        + "U/ZKeJ+eamsSvDwjiB4UnZIpmh3NxD8=";

    private const string Hash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    private static string LongPrompt => "{\"t\":\"infer\"," + About + ",\"session_id\":\"s-1\",\"kind\":\"chat\",\"model\":\"tiny\",\"messages\":[{\"role\":\"user\",\"parts\":"
        + "[{\"type\":\"text\",\"text\":\"" + string.Concat(Enumerable.Repeat("lizards bask in the sun, ", 60)) + "\"}]}],\"parameters\":{\"max_tokens\":50,\"stop\":[]},\"budget_ms\":600000}";

    public static IReadOnlyList<GoldenVector> Make() =>
    [
        Down("ping", Discord, "{\"t\":\"ping\",\"challenge\":\"00112233445566778899aabbccddeeff\"}", 0, NoEpoch),
        Up("hello", FromWorker,
            "{\"t\":\"hello\",\"worker_epoch\":\"" + Epoch + "\",\"challenge\":\"00112233445566778899aabbccddeeff\",\"version\":\"1.0\",\"models\":"
            + "[{\"name\":\"tiny\",\"title\":\"Tiny\",\"context_size\":4096,\"slots\":2,\"size_bytes\":1000000,\"supports_tools\":true,\"supports_reasoning\":false}],\"slots\":2,"
            + "\"hardware\":\"Apple M2, 16 GB\",\"kept\":[{\"request_id\":\"0192f0c1-2233-7445-8899-aabbccddeeff\",\"attempt\":1}]}"),
        Down("welcome", Discord, "{\"t\":\"welcome\"}", 0),
        Down("infer with tools, a tool call, its result and a file", "local",
            "{\"t\":\"infer\"," + About + ",\"session_id\":\"s-1\",\"kind\":\"chat\",\"model\":\"tiny\",\"messages\":["
            + "{\"role\":\"system\",\"parts\":[{\"type\":\"text\",\"text\":\"Be brief. \u00dcber alles \ud83e\udd8e.\"}]},"
            + "{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"text\":\"What is in it?\"},{\"type\":\"file\",\"sha256\":\"" + Hash
            + "\",\"name\":\"lizard.png\",\"media_type\":\"image/png\",\"size\":12345}]},"
            + "{\"role\":\"assistant\",\"parts\":[{\"type\":\"tool_call\",\"call_id\":\"c1\",\"name\":\"look\",\"arguments\":\"{\\\"at\\\":1}\"}]},"
            + "{\"role\":\"tool\",\"parts\":[{\"type\":\"tool_result\",\"call_id\":\"c1\",\"content\":\"a lizard\"}]}],"
            + "\"parameters\":{\"temperature\":0.5,\"max_tokens\":100,\"seed\":-7,\"stop\":[\"\\n\\n\"]},"
            + "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"look\",\"parameters\":{\"type\":\"object\"}}}],\"tool_choice\":\"auto\",\"budget_ms\":600000}"),
        Down("infer in Brotli", Link, LongPrompt, 7, packed: Convert.FromBase64String(PackedPrompt)),
        Down("infer in parts", Discord, LongPrompt, 9),
        Up("accepted", FromWorker, "{\"t\":\"accepted\"," + About + "}", 1),
        Up("reasoning delta", FromWorker, Chunk(0, 0, "reasoning", "Let me see. "), 2),
        Up("text delta", FromWorker, Chunk(1, 1, "text", "A lizard \ud83e\udd8e"), 3),
        Up("tool call delta", FromWorker, Chunk(2, 2, "tool_call", "{\\\"id\\\":\\\"c2\\\",\\\"name\\\":\\\"look\\\",\\\"arguments\\\":\\\"{}\\\"}"), 4),
        Down("resume: resend", Discord, "{\"t\":\"resend\"," + About + ",\"from\":1}", 12),
        Up("resume: the text delta again", FromWorker, Chunk(1, 1, "text", "A lizard \ud83e\udd8e"), 5),
        Up("done", Link,
            "{\"t\":\"done\"," + About + ",\"chunks\":3,\"finish_reason\":\"tool_calls\",\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":9,\"cached_tokens\":4},"
            + "\"timings\":{\"prompt_ms\":12.5,\"predicted_ms\":90.25},\"part_sha256\":[\"" + Hash + "\",\"" + Hash + "\",\"" + Hash + "\"]}", 2_147_483_647),
        Up("failed", "local",
            "{\"t\":\"failed\"," + About + ",\"code\":\"engine_crashed\",\"message\":\"llama-server ended.\",\"retryable\":true,\"chunks\":2,\"prompt_tokens\":20}", 1),
        Down("ack", Discord, "{\"t\":\"ack\"," + About + "}", 13),
        Down("infer with an image", Link,
            "{\"t\":\"infer\"," + About + ",\"session_id\":\"s-1\",\"kind\":\"chat\",\"model\":\"tiny\",\"messages\":["
            + "{\"role\":\"assistant\",\"parts\":[{\"type\":\"reasoning\",\"text\":\"Let me see.\"},{\"type\":\"text\",\"text\":\"Show me.\"}]},{\"role\":\"user\",\"parts\":"
            + "[{\"type\":\"text\",\"text\":\"What is it?\"},{\"type\":\"image\",\"media_type\":\"image/gif\",\"data\":\"R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=\"}]}],"
            + "\"parameters\":{\"stop\":[]},\"budget_ms\":600000}", 1),
        Down("infer of embeddings", "local",
            "{\"t\":\"infer\"," + About + ",\"session_id\":\"s-2\",\"kind\":\"embed\",\"model\":\"vectors\",\"messages\":[{\"role\":\"user\",\"parts\":"
            + "[{\"type\":\"text\",\"text\":\"lizard\"}]}],\"parameters\":{\"stop\":[]},\"budget_ms\":60000}", 2),
        Down("cancel", Discord, "{\"t\":\"cancel\"," + About + "}", 14),
        Down("drain", Link, "{\"t\":\"drain\"}", 15),
        Down("rotate", Link, "{\"t\":\"rotate\",\"root\":\"303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f\"}", 16),
        Up("heartbeat", FromWorker, "{\"t\":\"heartbeat\",\"n\":7,\"slots_free\":2,\"tokens_per_second\":31.5}", 6),
        Up("heartbeat with all that a worker can tell", Link,
            "{\"t\":\"heartbeat\",\"n\":9007199254740993,\"slots_free\":0,\"tokens_per_second\":0,\"gpu\":\"37 % busy\",\"power\":\"battery 19 %\",\"thermal\":\"71 \u00b0C\","
            + "\"draining\":\"It runs on its battery.\",\"memory\":\"6.7 of 17.2 GB\",\"gpu_memory\":\"0.7 GB\"}", 7),
        Up("refused", FromWorker, "{\"t\":\"refused\"," + About + ",\"code\":\"busy\"}", 8),
        Up("progress", FromWorker, "{\"t\":\"progress\"," + About + ",\"phase\":\"loading\",\"fraction\":0.25}", 9),
        Up("embedding", "local", "{\"t\":\"embedding\"," + About + ",\"index\":0,\"vector\":[0.5,-0.25,1]}", 10),
        Up("bye", Link, "{\"t\":\"bye\"}", 11),
    ];

    private static string Chunk(int sequence, int part, string kind, string text) =>
        "{\"t\":\"chunk\"," + About + $",\"sequence\":{sequence},\"part\":{part},\"kind\":\"{kind}\",\"text\":\"{text}\"}}";

    private static GoldenVector Up(string name, string binding, string message, uint sequence = 0) =>
        Seal(new() { Root = Convert.FromHexString(Root), ToWorker = false, Binding = binding }, name, NoEpoch, message, sequence, null);

    private static GoldenVector Down(string name, string binding, string message, uint sequence = 0, string epoch = Epoch, byte[]? packed = null) =>
        Seal(new() { Root = Convert.FromHexString(Root), ToWorker = true, Epoch = Convert.FromHexString(epoch), Binding = binding }, name, epoch, message, sequence, packed);

    private static GoldenVector Seal(FrameForge keys, string name, string epoch, string message, uint sequence, byte[]? packed)
    {
        // A stream id that nobody would draw, another one for every vector.
        var stream = System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes("ML1 golden " + name))[..16];
        var forge = keys with { StreamId = stream };
        var content = packed ?? Encoding.UTF8.GetBytes(message);
        var largest = forge.Binding.StartsWith("discord:", StringComparison.Ordinal) ? DiscordPart : LinkPart;
        byte[][] parts = [.. content.Chunk(largest - 4)];
        byte[][] frames =
        [
            .. parts.Select((part, i) => forge.SealPlaintext(
                Padded(part, largest),
                sequence + (uint)i,
                (ushort)i,
                (ushort)parts.Length,
                (byte)((packed is null ? 0 : 1) | (i == parts.Length - 1 ? 2 : 0)))),
        ];
        return new()
        {
            Name = name,
            Root = Root,
            Epoch = epoch,
            ToWorker = forge.ToWorker,
            Binding = forge.Binding,
            StreamId = Convert.ToHexStringLower(stream),
            Sequence = sequence,
            Message = message,
            Brotli = packed is not null,
            Frames = [.. frames.Select(Convert.ToHexStringLower)],
            Texts = largest == DiscordPart ? [.. frames.Select(frame => "ML1." + Base64Url.EncodeToString(frame))] : [],
        };
    }

    private static byte[] Padded(byte[] content, int largest)
    {
        var size = Math.Min(FrameForge.Padded(content).Length, largest);
        var plaintext = new byte[size];
        BinaryPrimitives.WriteInt32BigEndian(plaintext, content.Length);
        content.CopyTo(plaintext, 4);
        return plaintext;
    }
}
