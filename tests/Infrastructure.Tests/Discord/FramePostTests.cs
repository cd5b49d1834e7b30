using System.Security.Cryptography;
using MeatLizard.Infrastructure.Discord;
using MeatLizard.Infrastructure.Discord.Relay;
using MeatLizard.Infrastructure.Relay.Frames;

namespace MeatLizard.Infrastructure.Tests.Discord;

internal sealed class FramePostTests
{
    private static readonly Snowflake Peer = new(ulong.MaxValue);

    [Test]
    public void A_frame_of_the_largest_size_fits_beside_the_longest_mention()
    {
        var frame = Frames(1, Frame.HeaderSize + Frame.DiscordPart + Frame.TagSize)[0];
        var post = FramePost.Of(Peer, [frame], out var count);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(count, Is.EqualTo(1));
            Assert.That(post.Content, Has.Length.EqualTo(FramePost.LongestContent));
            Assert.That(post.Nonce, Has.Length.LessThanOrEqualTo(25));
            Assert.That(post.MayMention, Is.EqualTo([Peer]));
            Assert.That(FramePost.InText(post.Content), Is.EqualTo([frame]));
        }
    }

    [Test]
    public void Small_frames_share_a_message_in_their_order()
    {
        var frames = Frames(5, Frame.SmallestFrame + 64);
        var post = FramePost.Of(Peer, frames, out var count);
        Assert.That(count, Is.EqualTo(5));
        Assert.That(FramePost.InText(post.Content), Is.EqualTo(frames));
        Assert.That(post.Files, Is.Empty);
    }

    [Test]
    public void What_needs_more_than_three_messages_becomes_a_file()
    {
        var frames = Frames(4, Frame.HeaderSize + Frame.DiscordPart + Frame.TagSize);
        Assert.That(FramePost.Of(Peer, frames[..3], out _).Files, Is.Empty);
        var post = FramePost.Of(Peer, frames, out var count);
        Assert.That(count, Is.EqualTo(4));
        Assert.That(FramePost.InFile(post.Files.Single().Content.ToArray()), Is.EqualTo(frames));
        Assert.That(post.Content, Is.EqualTo($"<@{Peer}>"));
    }

    [Test]
    public void The_same_frames_have_the_same_nonce_and_others_another()
    {
        var frames = Frames(2, Frame.SmallestFrame);
        var nonce = FramePost.Of(Peer, frames, out _).Nonce;
        Assert.That(FramePost.Of(Peer, [.. frames], out _).Nonce, Is.EqualTo(nonce));
        Assert.That(FramePost.Of(Peer, [frames[0]], out _).Nonce, Is.Not.EqualTo(FramePost.Of(Peer, [frames[1]], out _).Nonce));
    }

    [Test]
    public void Whatever_is_no_frame_is_passed_over()
    {
        var frame = Frames(1, Frame.SmallestFrame)[0];
        Assert.That(FramePost.InText($"<@1> hello ML1. ML1.!! {Frame.ToText(frame)} ML2.AAAA"), Is.EqualTo([frame]));
        Assert.That(FramePost.InFile([0, 0, 0, 2, 7, 7, 255, 255, 255, 255, 1]), Is.EqualTo(new byte[][] { [7, 7] }));
        Assert.That(FramePost.InFile([0, 0]), Is.Empty);
    }

    private static byte[][] Frames(int count, int size) => [.. Enumerable.Range(0, count).Select(_ => RandomNumberGenerator.GetBytes(size))];
}
