using System.Buffers.Binary;
using System.Text;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Relay.Frames;

namespace MeatLizard.Infrastructure.Tests.Relay.Frames;

/// <summary>Each rule of a single frame in docs/protocol.md.</summary>
[TestFixture]
internal sealed class FrameRulesTests
{
    private const string Bye = """{"t":"bye"}""";

    private FramePair pair = null!;

    [SetUp]
    public void SetUp() => pair = new FramePair();

    [TearDown]
    public void TearDown() => pair.Dispose();

    [Test]
    public void The_specification_suffices_to_talk_to_the_product()
    {
        using var sealer = pair.Downward();
        var message = new Cancel(new RequestId(Guid.NewGuid()), 2);

        var plaintext = pair.DownwardForge().Open(sealer.Seal(message)[0]);

        var length = BinaryPrimitives.ReadInt32BigEndian(plaintext);
        var json = Encoding.UTF8.GetString(plaintext, 4, length);
        Assert.That(json, Is.EqualTo($$"""{"t":"cancel","request_id":"{{message.RequestId}}","attempt":2}"""));
        Assert.That(pair.AtServer(pair.UpwardForge().Seal(Bye), out var bye), Is.EqualTo(FrameOutcome.Opened));
        Assert.That(bye, Is.EqualTo(new Bye()));
    }

    [Test]
    public void The_header_is_laid_out_as_specified()
    {
        using var sealer = pair.Downward();
        sealer.Seal(new Drain());
        var frame = sealer.Seal(new Drain())[0];

        Assert.That(frame, Has.Length.EqualTo(36 + 64 + 16));
        Assert.That(frame[..4], Is.EqualTo(new byte[] { 1, 2, 0, 0 }));
        Assert.That(frame[4..12], Is.EqualTo(pair.DownwardForge().KeyId));
        Assert.That(frame[28..36], Is.EqualTo(new byte[] { 0, 0, 0, 1, 0, 0, 0, 1 }));
    }

    [TestCase(0, FrameOutcome.Truncated)]
    [TestCase(1, FrameOutcome.Truncated)]
    [TestCase(35, FrameOutcome.Truncated)]
    [TestCase(115, FrameOutcome.Truncated)]
    [TestCase(117, FrameOutcome.Forged)]
    [TestCase(36 + 65536 + 16, FrameOutcome.Forged)]
    [TestCase(36 + 65536 + 17, FrameOutcome.Oversized)]
    public void A_frame_of_another_length_is_dropped(int length, FrameOutcome outcome)
    {
        var frame = pair.UpwardForge().Seal(Bye);
        Array.Resize(ref frame, length);

        AssertDropped(frame, outcome);
    }

    [Test]
    public void A_frame_of_another_version_is_dropped_and_counted([Values(0, 2, 255)] int version) =>
        AssertDropped((pair.UpwardForge() with { Version = (byte)version }).Seal(Bye), FrameOutcome.UnknownVersion);

    [Test]
    public void A_flag_that_is_not_defined_drops_the_frame([Values(2, 3, 4, 5, 6, 7)] int bit) =>
        AssertDropped(pair.UpwardForge().Seal(Encoding.UTF8.GetBytes(Bye), flags: (byte)(2 | (1 << bit))), FrameOutcome.BadFlags);

    [Test]
    public void The_reserved_byte_is_zero() => AssertDropped((pair.UpwardForge() with { Reserved = 1 }).Seal(Bye), FrameOutcome.BadFlags);

    [Test]
    public void Compression_towards_the_server_is_a_bad_flag() =>
        AssertDropped(pair.UpwardForge().Seal(Encoding.UTF8.GetBytes(Bye), flags: 3), FrameOutcome.BadFlags);

    [Test]
    public void A_frame_that_comes_back_to_its_sender_is_dropped()
    {
        using var down = pair.Downward();
        using var up = pair.Upward();

        Assert.That(pair.AtServer(down.Seal(new Drain())[0]), Is.EqualTo(FrameOutcome.WrongDirection));
        Assert.That(pair.AtWorker(up.Seal(new Bye())[0]), Is.EqualTo(FrameOutcome.WrongDirection));
    }

    [Test]
    public void A_frame_turned_round_is_forged()
    {
        using var up = pair.Upward();
        var frame = up.Seal(new Bye())[0];
        frame[2] = 0;
        pair.DownwardForge().KeyId.CopyTo(frame, 4);

        Assert.That(pair.AtWorker(frame), Is.EqualTo(FrameOutcome.Forged));
    }

    [Test]
    public void A_frame_under_an_unknown_root_is_dropped_without_trying_its_key()
    {
        using var other = new FramePair();

        AssertDropped(other.UpwardForge().Seal(Bye), FrameOutcome.UnknownKey);
    }

    [Test]
    public void A_frame_under_anothers_root_with_our_key_id_is_forged()
    {
        using var other = new FramePair();
        var frame = other.UpwardForge().Seal(Bye);
        pair.UpwardForge().KeyId.CopyTo(frame, 4);

        AssertDropped(frame, FrameOutcome.Forged);
    }

    [Test]
    public void A_frame_opens_only_where_it_was_meant_to_travel()
    {
        var frame = (pair.UpwardForge() with { Binding = "discord:1:2" }).Seal(Bye);

        Assert.That(pair.Server.TryOpen(frame, "discord:1:3", out _), Is.EqualTo(FrameOutcome.Forged));
        Assert.That(pair.Server.TryOpen(frame, "discord:12:", out _), Is.EqualTo(FrameOutcome.Forged));
        Assert.That(pair.Server.TryOpen(frame, new string('ü', 5000), out _), Is.EqualTo(FrameOutcome.Forged));
        Assert.That(pair.Server.TryOpen(frame, "discord:1:2", out _), Is.EqualTo(FrameOutcome.Opened));
    }

    [Test]
    public void Every_single_bit_of_a_frame_counts()
    {
        var frame = pair.UpwardForge().Seal(Bye);
        for (var bit = 0; bit < frame.Length * 8; bit++)
        {
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(pair.AtServer(frame, out var message), Is.Not.EqualTo(FrameOutcome.Opened).And.Not.EqualTo(FrameOutcome.Incomplete),
                $"bit {bit}");
            Assert.That(message, Is.Null);
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.That(pair.Server.Streams, Is.Zero);
        Assert.That(pair.AtServer(frame), Is.EqualTo(FrameOutcome.Opened));
        Assert.That(pair.ServerCounters.Total, Is.EqualTo((frame.Length * 8) + 1));
    }

    [TestCase(0u, 0, 0, 2, TestName = "No parts")]
    [TestCase(5u, 2, 2, 2, TestName = "Part beyond the count")]
    [TestCase(5u, 0, 2, 2, TestName = "Last-part flag too early")]
    [TestCase(5u, 1, 2, 0, TestName = "Last part without its flag")]
    [TestCase(0u, 1, 2, 2, TestName = "Part before the stream's beginning")]
    [TestCase(0x80000000u, 0, 1, 2, TestName = "Sequence past the limit")]
    public void Numbers_that_contradict_each_other_are_malformed(uint sequence, int part, int parts, int flags) =>
        AssertDropped(pair.UpwardForge().Seal(Encoding.UTF8.GetBytes(Bye), sequence, (ushort)part, (ushort)parts, (byte)flags),
            FrameOutcome.Malformed);

    [Test]
    public void A_length_beyond_the_plaintext_is_malformed([Values(0u, 61u, 0x7FFFFFFFu, 0x80000000u, 0xFFFFFFFFu)] uint length)
    {
        var plaintext = FrameForge.Padded(Encoding.UTF8.GetBytes(Bye));
        BinaryPrimitives.WriteUInt32BigEndian(plaintext, length);

        AssertDropped(pair.UpwardForge().SealPlaintext(plaintext), FrameOutcome.Malformed, remembered: true);
    }

    [Test]
    public void Padding_that_is_not_zero_is_malformed()
    {
        var plaintext = FrameForge.Padded(Encoding.UTF8.GetBytes(Bye));
        plaintext[^1] = 1;

        AssertDropped(pair.UpwardForge().SealPlaintext(plaintext), FrameOutcome.Malformed, remembered: true);
    }

    [TestCase(1, 64)]
    [TestCase(60, 64)]
    [TestCase(61, 128)]
    [TestCase(124, 128)]
    [TestCase(125, 256)]
    [TestCase(252, 256)]
    [TestCase(253, 512)]
    [TestCase(508, 512)]
    [TestCase(509, 1024)]
    [TestCase(1020, 1024)]
    [TestCase(1021, 1427)]
    [TestCase(1423, 1427)]
    public void Sizes_are_padded_in_steps_up_to_the_parts_maximum(int content, int padded) =>
        Assert.That(Frame.PaddedSize(content, Frame.DiscordPart), Is.EqualTo(padded));

    [Test]
    public void A_full_discord_part_is_exactly_a_message_beside_a_mention()
    {
        var text = Frame.ToText(new byte[Frame.HeaderSize + Frame.DiscordPart + Frame.TagSize]);

        Assert.That("<@!9223372036854775807>".Length + 1 + text.Length, Is.EqualTo(2000));
    }

    [Test]
    public void A_frame_as_text_comes_back_and_other_text_does_not()
    {
        using var up = pair.Upward();
        var frame = up.Seal(new RelaySamples(5).NewChunk())[0];
        var text = Frame.ToText(frame);

        Assert.That(Frame.TryFromText(text, out var back), Is.True);
        Assert.That(back, Is.EqualTo(frame));
        Assert.That(text, Does.Match("^ML1\\.[A-Za-z0-9_-]+$"));
        string[] others =
        [
            text[4..], "ml1." + text[4..], text + "=", text + " ", " " + text, text.Insert(20, "\n"), text + "+", text + "é", "ML1.A", "A",
        ];
        foreach (var wrong in others)
            Assert.That(Frame.TryFromText(wrong, out _), Is.False, wrong);
        Assert.That(Frame.TryFromText("ML1." + new string('A', 100_000), out _), Is.False);
    }

    [Test]
    public void The_nonce_of_a_post_is_the_frames_hash_in_22_characters()
    {
        Assert.That(Frame.PostNonce("abc"u8), Is.EqualTo("ungWv48Bz-pBQUDeXa4iIw"));
        Assert.That(Frame.PostNonce(new byte[116]), Has.Length.EqualTo(22));
    }

    [Test]
    public void A_ping_alone_travels_without_an_epoch()
    {
        var forge = pair.DownwardForge();
        var noEpoch = forge with { Epoch = new byte[16] };

        Assert.That(pair.AtWorker(noEpoch.Seal("""{"t":"ping","challenge":"00ff"}"""), out var ping), Is.EqualTo(FrameOutcome.Opened));
        Assert.That(((Ping)ping!).Challenge, Is.EqualTo(new byte[] { 0, 255 }));
        Assert.That(pair.AtWorker(noEpoch.Seal("""{"t":"drain"}""", 1)), Is.EqualTo(FrameOutcome.WrongEpoch));
        Assert.That(pair.AtWorker(forge.Seal("""{"t":"ping","challenge":"00ff"}""")), Is.EqualTo(FrameOutcome.WrongEpoch));
    }

    [Test]
    public void Two_roots_are_valid_at_once_and_a_third_is_not()
    {
        using RelayRoot old = RelayRoot.Draw(), young = RelayRoot.Draw(), foreign = RelayRoot.Draw();
        using var opener = FrameOpener.AtServer(new RelayKeys(young, old), pair.ServerCounters);
        using var a = FrameSealer.ToServer(old, pair.Terms);
        using var b = FrameSealer.ToServer(young, pair.Terms);
        using var c = FrameSealer.ToServer(foreign, pair.Terms);

        Assert.That(opener.TryOpen(a.Seal(new Bye())[0], "local", out _), Is.EqualTo(FrameOutcome.Opened));
        Assert.That(opener.TryOpen(b.Seal(new Bye())[0], "local", out _), Is.EqualTo(FrameOutcome.Opened));
        Assert.That(opener.TryOpen(c.Seal(new Bye())[0], "local", out _), Is.EqualTo(FrameOutcome.UnknownKey));
        Assert.That(() => new RelayKeys(old, old), Throws.ArgumentException);
    }

    [Test]
    public void A_root_is_64_hex_digits_and_its_text_is_in_no_message()
    {
        using var root = RelayRoot.FromHex(new string('a', 63) + "B");
        Assert.That(root.KeyId, Is.Not.Zero);
        foreach (var wrong in new[] { "", new string('a', 63), new string('a', 65), new string('g', 64), new string('0', 64) })
            Assert.That(() => RelayRoot.FromHex(wrong), Throws.Exception.Message.Not.Contain("aaaa"));

        root.Dispose();
        Assert.That(() => FrameSealer.ToServer(root, pair.Terms), Throws.InstanceOf<ObjectDisposedException>());
    }

    private void AssertDropped(byte[] frame, FrameOutcome outcome, bool remembered = false)
    {
        Assert.That(pair.AtServer(frame, out var message), Is.EqualTo(outcome));
        Assert.That(message, Is.Null);
        Assert.That(pair.ServerCounters[outcome], Is.EqualTo(1));
        Assert.That(pair.ServerCounters.Total, Is.EqualTo(1));
        Assert.That(pair.Server.Streams, Is.EqualTo(remembered ? 1 : 0));
    }
}
