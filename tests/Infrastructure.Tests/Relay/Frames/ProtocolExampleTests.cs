using System.Text.RegularExpressions;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Relay.Frames;

namespace MeatLizard.Infrastructure.Tests.Relay.Frames;

/// <summary>The worked example in docs/protocol.md is read from there: the document can't drift away from the product.</summary>
[TestFixture]
internal sealed class ProtocolExampleTests
{
    private static readonly Cancel Expected = new(new RequestId(Guid.Parse("0192f0c1-2233-7445-8899-aabbccddeeff")), 1);

    private Dictionary<string, string> example = null!;

    [SetUp]
    public void SetUp()
    {
        var document = File.ReadAllText(Path.Combine(Root(), "docs", "protocol.md"));
        var block = Regex.Match(document, "```example\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;

        // A value goes on in the lines after it that are indented.
        example = Regex.Matches(block, @"^(\w+) +(.*(?:\n +.*)*)", RegexOptions.Multiline)
            .ToDictionary(match => match.Groups[1].Value, match => Regex.Replace(match.Groups[2].Value, @"\n *", ""));
    }

    [Test]
    public void The_frame_in_the_document_opens_to_the_message_in_the_document()
    {
        using var root = RelayRoot.FromHex(example["root"]);
        var counters = new FrameCounters();
        using var opener = FrameOpener.AtWorker(new RelayKeys(root), WorkerEpoch.FromBytes(Hex("epoch")), counters);

        Assert.That(opener.TryOpen(Hex("frame"), example["binding"], out var message), Is.EqualTo(FrameOutcome.Opened));
        Assert.That(message, Is.EqualTo(Expected));
        Assert.That(Frame.TryFromText(example["text"], out var fromText), Is.True);
        Assert.That(fromText, Is.EqualTo(Hex("frame")));
        Assert.That(Frame.PostNonce(Hex("frame")), Is.EqualTo(example["nonce"]));
    }

    [Test]
    public void Each_value_on_the_way_is_what_the_document_says()
    {
        var forge = new FrameForge
        {
            Root = Hex("root"),
            ToWorker = true,
            Epoch = Hex("epoch"),
            StreamId = Hex("stream_id"),
            Binding = example["binding"],
        };
        var frame = forge.Seal(example["message"], sequence: 5);
        var actual = new Dictionary<string, string>
        {
            ["root"] = example["root"],
            ["epoch"] = example["epoch"],
            ["stream_id"] = example["stream_id"],
            ["binding"] = example["binding"],
            ["message"] = example["message"],
            ["key_id"] = Lower(forge.KeyId),
            ["stream_key"] = Lower(forge.Key),
            ["gcm_nonce"] = Lower(FrameForge.Nonce(frame[..36])),
            ["aad"] = Lower(forge.AdditionalData(frame[..36])),
            ["plaintext"] = Lower(forge.Open(frame)),
            ["frame"] = Lower(frame),
            ["text"] = Frame.ToText(frame),
            ["nonce"] = Frame.PostNonce(frame),
        };

        Assert.That(example, Is.EquivalentTo(actual), () => string.Join('\n', actual.Select(pair => $"{pair.Key} {pair.Value}")));
    }

    private static string Lower(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "MeatLizard.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }

    private byte[] Hex(string name) => Convert.FromHexString(example[name]);
}
