using System.IO.Compression;
using System.Text;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Infrastructure.Relay.Frames;

namespace MeatLizard.Infrastructure.Tests.Relay.Frames;

[TestFixture]
internal sealed class CompressionTests
{
    private FramePair pair = null!;

    [SetUp]
    public void SetUp() => pair = new FramePair(terms: CarrierTerms.Link("7"));

    [TearDown]
    public void TearDown() => pair.Dispose();

    [Test]
    public void A_long_prompt_travels_compressed_and_nothing_else_does()
    {
        using FrameSealer down = pair.Downward(), up = pair.Upward();
        var prompt = Prompt(string.Concat(Enumerable.Repeat("the same words ", 5000)));

        var frame = down.Seal(prompt).Single();

        Assert.That(frame[1], Is.EqualTo(3));
        Assert.That(frame, Has.Length.LessThan(2000));
        Assert.That(pair.AtWorker(frame, out var opened), Is.EqualTo(FrameOutcome.Opened));
        Assert.That(Fields.Of(opened), Is.EqualTo(Fields.Of(prompt)));
        Assert.That(up.Seal(new RelaySamples(1).NewChunk() with { Text = new string('x', 5000) })[0][1], Is.EqualTo(2));
        Assert.That(down.Seal(Prompt("short"))[0][1], Is.EqualTo(2));
    }

    [Test]
    public void In_process_nothing_is_compressed()
    {
        using var down = pair.Downward(CarrierTerms.Local);

        Assert.That(down.Seal(Prompt(new string('x', 50_000)))[0][1], Is.EqualTo(2));
    }

    [Test]
    public void A_bomb_is_given_up_at_16_MiB([Values(1, 1000)] int factor)
    {
        var bomb = Packed(new byte[(Frame.LargestMessage * Math.Min(factor, 8)) + 1]);
        Assert.That(bomb, Has.Length.LessThan(1000));
        var before = GC.GetTotalAllocatedBytes(precise: true);

        for (var i = 0u; i < 5; i++) Assert.That(Open(bomb, i), Is.EqualTo(FrameOutcome.Oversized));

        // The buffers that it grew through, not five times what it claims.
        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(5L * 3 * Frame.LargestMessage));
    }

    [Test]
    public void A_message_of_exactly_16_MiB_is_read()
    {
        var start = """{"t":"infer","x":" """[..^1];
        var json = Encoding.UTF8.GetBytes(start.PadRight(Frame.LargestMessage - 2, 'a') + "\"}");

        // As far as JSON: it lacks what an infer needs.
        Assert.That(json, Has.Length.EqualTo(Frame.LargestMessage));
        Assert.That(Open(Packed(json), 0), Is.EqualTo(FrameOutcome.Malformed));
        Assert.That(Open(Packed([.. json, (byte)' ']), 1), Is.EqualTo(FrameOutcome.Oversized));
    }

    [Test]
    public void What_is_not_Brotli_or_goes_on_after_its_end_is_malformed()
    {
        var good = Packed(Encoding.UTF8.GetBytes("""{"t":"drain"}"""));

        Assert.That(Open([.. good, 0], 0), Is.EqualTo(FrameOutcome.Malformed));
        Assert.That(Open(good[..^1], 1), Is.EqualTo(FrameOutcome.Malformed));
        Assert.That(Open([0xFF, 0xFF, 0xFF, 0xFF], 2), Is.EqualTo(FrameOutcome.Malformed));
        Assert.That(Open(good, 3), Is.EqualTo(FrameOutcome.BadFlags), "only a prompt is compressed");
    }

    [Test]
    public void A_message_past_16_MiB_is_not_sealed()
    {
        using var down = pair.Downward();

        Assert.That(() => down.Seal(Prompt(new string('x', Frame.LargestMessage))), Throws.TypeOf<MessageTooLargeException>());
        Assert.That(down.Seal(new Drain()), Has.Length.EqualTo(1));
    }

    private static Infer Prompt(string text) =>
        new RelaySamples(1).NewInfer() with
        {
            Messages = [new(MessageRole.User, [new TextPart(text)])],
            SessionId = "s",
            Model = "m",
            Parameters = new(),
        };

    private static byte[] Packed(byte[] content)
    {
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(content.Length)];
        Assert.That(BrotliEncoder.TryCompress(content, packed, out var size, 9, 22), Is.True);
        return packed[..size];
    }

    private FrameOutcome Open(byte[] packed, uint sequence) =>
        pair.Worker.TryOpen(pair.DownwardForge().Seal(packed, sequence, flags: 3), pair.Terms.Binding, out _);
}
