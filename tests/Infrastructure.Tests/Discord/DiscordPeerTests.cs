using MeatLizard.Application.Relay.Workers;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Discord;
using MeatLizard.Infrastructure.Discord.Relay;
using MeatLizard.Infrastructure.Relay.Frames;

namespace MeatLizard.Infrastructure.Tests.Discord;

/// <summary>Whose roots a peer knows, when what the database said is a moment older than what the worker has proved since.</summary>
internal sealed class DiscordPeerTests
{
    private static readonly byte[] First = [1];
    private static readonly byte[] Second = [2];

    [Test]
    public void A_rotation_that_ends_between_a_look_and_the_next_costs_the_worker_nothing()
    {
        using var peer = Peer(next: true);
        var seen = State(First, Second);
        Assert.That(peer.IsOf(seen));
        peer.Finish(Second);
        Assert.That(peer.IsOf(seen), "the look was before the end");
        Assert.That(peer.IsOf(State(Second, null)), "the next one is after it");
        Assert.That(() => peer.Offer(Second, new OpenVault(), out _), Is.False, "it has that one");
    }

    [Test]
    public void One_that_the_database_has_ended_and_the_peer_has_yet_to_hear_of_is_its_own()
    {
        using var peer = Peer(next: true);
        Assert.That(peer.IsOf(State(Second, null)));
    }

    [Test]
    public void Another_root_is_another_workers()
    {
        using var peer = Peer(next: false);
        Assert.That(peer.IsOf(State(Second, null)), Is.False);
        Assert.That(peer.IsOf(State(null, null)), Is.False);
    }

    private static DiscordPeer Peer(bool next) => new(
        new EnrolledWorker(new("anna-mac"), Root(1)) { Sealed = First, Next = next ? (Root(2), Second) : null },
        new Snowflake(1),
        new Snowflake(2),
        new Snowflake(3),
        new FrameCounters(),
        TimeProvider.System);

    private static byte[] Root(byte digit) => [.. Enumerable.Repeat(digit, 32)];

    private static WorkerEnrolmentState State(byte[]? root, byte[]? next) => new()
    {
        Id = new("anna-mac"),
        Status = EnrolmentStatus.Enrolled,
        SealedRoot = root,
        NextSealedRoot = next,
        InvitedBy = null,
        InvitedAt = DateTimeOffset.UnixEpoch,
    };

    /// <summary>Seals nothing: what it is given is what it gives.</summary>
    private sealed class OpenVault : IRootVault
    {
        public byte[] Seal(WorkerId worker, ReadOnlySpan<byte> root) => root.ToArray();

        public byte[]? Open(WorkerId worker, ReadOnlySpan<byte> sealedRoot) => Root(sealedRoot[0]);
    }
}
