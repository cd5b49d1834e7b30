using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MeatLizard.Application.Relay;
using MeatLizard.Infrastructure.Relay.Frames;

namespace MeatLizard.Infrastructure.Tests.Relay.Frames;

/// <summary>
/// ML1 as it was frozen: whatever is changed from here on must open these. To add a vector, extend <see cref="GoldenGenerator"/> and run
/// the tests with <c>MEATLIZARD_GOLDEN=write</c>; those that are there stay as they are.
/// </summary>
[TestFixture]
internal sealed class GoldenTests
{
    private static readonly string FileName = Path.Combine(Root(), "tests", "Infrastructure.Tests", "Relay", "Frames", "golden", "ml1.json");

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static IEnumerable<GoldenVector> Vectors() => JsonNode.Parse(File.ReadAllText(FileName))!.AsArray().Select(one => GoldenVector.From(one!));

    [Test]
    public void The_generator_makes_what_is_frozen()
    {
        var made = new JsonArray([.. GoldenGenerator.Make().Select(vector => vector.ToJson())]);
        if (Environment.GetEnvironmentVariable("MEATLIZARD_GOLDEN") == "write")
        {
            File.WriteAllText(FileName, made.ToJsonString(Readable) + "\n");
        }

        Assert.That(made.ToJsonString(Readable), Is.EqualTo(JsonNode.Parse(File.ReadAllText(FileName))!.ToJsonString(Readable)));
    }

    [TestCaseSource(nameof(Vectors))]
    public void The_product_opens_it(GoldenVector vector)
    {
        using var opener = Opener(vector);
        var frames = vector.FrameBytes();
        RelayMessage? message = null;
        for (var i = 0; i < frames.Length; i++)
        {
            var outcome = opener.TryOpen(frames[i], vector.Binding, out message);
            Assert.That(outcome, Is.EqualTo(i == frames.Length - 1 ? FrameOutcome.Opened : FrameOutcome.Incomplete));
        }

        Assert.That(JsonNode.DeepEquals(JsonNode.Parse(Written(message!)), JsonNode.Parse(vector.Message)), Is.True, Written(message!));
        Assert.That(opener.TryOpen(frames[^1], vector.Binding, out _), Is.EqualTo(FrameOutcome.Replayed));
    }

    [TestCaseSource(nameof(Vectors))]
    public void The_second_writing_opens_it(GoldenVector vector)
    {
        using var content = new MemoryStream();
        foreach (var frame in vector.FrameBytes())
        {
            var plaintext = vector.Forge.Open(frame);
            content.Write(plaintext.AsSpan(4, BinaryPrimitives.ReadInt32BigEndian(plaintext)));
        }

        Assert.That(Encoding.UTF8.GetString(vector.Brotli ? Unpacked(content.ToArray()) : content.ToArray()), Is.EqualTo(vector.Message));
    }

    [TestCaseSource(nameof(Vectors))]
    public void One_changed_bit_is_refused_and_changes_nothing(GoldenVector vector)
    {
        using var opener = Opener(vector);
        var frames = vector.FrameBytes();
        foreach (var frame in frames)
        {
            for (var bit = 0; bit < frame.Length * 8; bit++)
            {
                frame[bit / 8] ^= (byte)(1 << (bit % 8));
                var outcome = opener.TryOpen(frame, vector.Binding, out var message);
                frame[bit / 8] ^= (byte)(1 << (bit % 8));
                if (outcome is FrameOutcome.Opened or FrameOutcome.Incomplete || message is not null)
                {
                    Assert.Fail($"Bit {bit} changed: {outcome}.");
                }
            }

            Assert.That(opener.TryOpen(frame, vector.Binding + "0", out _), Is.EqualTo(FrameOutcome.Forged), "carried elsewhere");
        }

        FrameOutcome[] outcomes = [.. frames.Select(frame => opener.TryOpen(frame, vector.Binding, out _))];
        Assert.That(outcomes[^1], Is.EqualTo(FrameOutcome.Opened));
    }

    [TestCaseSource(nameof(Vectors))]
    public void Its_text_is_the_frames(GoldenVector vector)
    {
        Assert.That(vector.Texts, Has.Count.EqualTo(vector.Binding.StartsWith("discord:", StringComparison.Ordinal) ? vector.Frames.Count : 0));
        foreach (var (text, frame) in vector.Texts.Zip(vector.FrameBytes()))
        {
            Assert.That(Frame.TryFromText(text, out var read), Is.True);
            Assert.That(read, Is.EqualTo(frame));
            Assert.That(Frame.ToText(frame), Is.EqualTo(text));
        }
    }

    [Test]
    public void Every_carrier_and_every_form_is_among_them()
    {
        var vectors = Vectors().ToArray();
        Assert.That(vectors.Select(vector => vector.Binding.Split(':')[0]).Distinct(), Is.EquivalentTo(["local", "link", "discord"]));
        Assert.That(vectors.Count(vector => vector.Brotli), Is.EqualTo(1));
        Assert.That(vectors.Count(vector => vector.Frames.Count > 1), Is.EqualTo(1));
    }

    [Test]
    public void Every_message_and_every_kind_of_part_is_among_them()
    {
        var messages = Vectors().Select(vector => JsonNode.Parse(vector.Message)!).ToArray();
        var known = new RelaySamples(1).Upward().Cast<RelayMessage>().Concat(new RelaySamples(1).Downward()).Select(one => (string)JsonNode.Parse(Written(one))!["t"]!);
        Assert.That(messages.Select(message => (string)message["t"]!).Distinct(), Is.EquivalentTo(known.Distinct()));
        var parts = messages.SelectMany(message => message["messages"]?.AsArray() ?? []).SelectMany(message => message!["parts"]!.AsArray());
        Assert.That(
            parts.Select(part => (string)part!["type"]!).Distinct(),
            Is.EquivalentTo(["text", "reasoning", "tool_call", "tool_result", "file", "image"]));
    }

    private static FrameOpener Opener(GoldenVector vector)
    {
        var keys = new RelayKeys(RelayRoot.FromHex(vector.Root));
        return vector.ToWorker
            ? FrameOpener.AtWorker(keys, vector.Epoch.All(digit => digit == '0') ? WorkerEpoch.Draw() : WorkerEpoch.FromBytes(Convert.FromHexString(vector.Epoch)), new FrameCounters())
            : FrameOpener.AtServer(keys, new FrameCounters());
    }

    private static string Written(RelayMessage message)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = RelayJson.Encoder }))
        {
            RelayJson.Write(writer, message);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static byte[] Unpacked(byte[] packed)
    {
        using var brotli = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var whole = new MemoryStream();
        brotli.CopyTo(whole);
        return whole.ToArray();
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "MeatLizard.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
