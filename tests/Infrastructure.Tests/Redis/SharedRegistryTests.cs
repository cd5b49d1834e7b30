using MeatLizard.Application.Relay;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;
using MeatLizard.Testing;
using MeatLizard.Testing.Redis;

namespace MeatLizard.Infrastructure.Tests.Redis;

/// <summary>What hosts know of each other's workers, and that a slot is given out once whoever gives it.</summary>
[TestFixture]
internal sealed class SharedRegistryTests
{
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(10);
    private static readonly WorkerId Anna = new("anna-mac");
    private static readonly ModelDescriptor Tiny = new() { Name = "tiny", ContextSize = 4096, Slots = 4, SizeBytes = 7, SupportsTools = true };

    private TestRedis _redis = null!;
    private RedisHost _here = null!;
    private RedisHost _there = null!;

    [SetUp]
    public async Task Start()
    {
        _redis = await TestRedis.Start();
        _here = await RedisHost.Start(_redis);
        _there = await RedisHost.Start(_redis);
    }

    [TearDown]
    public async Task Stop()
    {
        await _here.DisposeAsync();
        await _there.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Test]
    public async Task A_worker_of_another_host_is_seen_with_all_that_it_said()
    {
        await AnnounceHere(4);
        var seen = Seen(_there)!;
        Assert.That((seen.IsElsewhere, seen.Carrier, seen.Epoch, seen.Slots, seen.SlotsFree), Is.EqualTo((true, "link", "01", 4, 4)));
        Assert.That(seen.Models, Is.EqualTo(new[] { Tiny }));
        Assert.That(_there.Registry.EmptySince, Is.Null);
        Assert.That(Seen(_here)!.IsElsewhere, Is.False);
        _here.Registry.Remove(Anna);
        await Eventually.Is(() => Seen(_there) is null && _there.Registry.EmptySince is not null, Recovery);
    }

    [Test]
    public async Task Of_many_at_once_at_two_hosts_as_many_get_a_slot_as_there_are()
    {
        await AnnounceHere(7);
        var got = await Task.WhenAll(
            Enumerable.Range(0, 200).Select(i => Task.Run(() => Reserve(i % 2 == 0 ? _here : _there, Request()))));
        Assert.That(got.Count(granted => granted), Is.EqualTo(7));
        await Eventually.Is(() => Seen(_here)!.SlotsFree == 0 && Seen(_there)!.SlotsFree == 0, Recovery);
    }

    [Test]
    public async Task A_request_holds_one_slot_whichever_host_is_asked_and_any_host_gives_it_back()
    {
        await AnnounceHere(2);
        var request = Request();
        Assert.That(await Reserve(_here, request), Is.True);
        Assert.That(await Reserve(_there, request), Is.False);
        await Eventually.Is(() => Seen(_there)!.SlotsFree == 1, Recovery);
        _there.Registry.Release(request);
        await Eventually.Is(() => Seen(_here)!.SlotsFree == 2, Recovery);
        Assert.That(await Reserve(_here, request), Is.True);
    }

    [Test]
    public async Task A_drain_said_at_one_host_holds_at_the_other()
    {
        await AnnounceHere(2);
        _there.Registry.Drain(Anna);
        Assert.That(await Reserve(_there, Request()), Is.False);
        await Eventually.Is(() => Seen(_here)!.Draining, Recovery);
        Assert.That(await Reserve(_here, Request()), Is.False);
        _here.Registry.Announce(Anna, "link", "02", [Tiny], 2, null);
        await Eventually.Is(() => Seen(_there) is { Draining: false, Epoch: "02" }, Recovery);
    }

    [Test]
    public async Task A_worker_that_dials_in_elsewhere_keeps_its_slots_taken_and_is_not_taken_away_by_the_host_it_left()
    {
        await AnnounceHere(3);
        Assert.That(await Reserve(_here, Request()), Is.True);
        await Eventually.Is(() => Seen(_there)!.SlotsFree == 2, Recovery);
        _there.Registry.Announce(Anna, "link", "01", [Tiny], 3, null);
        Assert.That(Seen(_there)!.SlotsFree, Is.EqualTo(2));
        await Eventually.Is(() => Seen(_here)!.IsElsewhere, Recovery);
        _here.Registry.Remove(Anna);
        await _here.Registry.Beat(CancellationToken.None);
        await _there.Registry.Beat(CancellationToken.None);
        Assert.That(Seen(_there), Is.Not.Null);
        Assert.That(Seen(_here), Is.Not.Null);
    }

    [Test]
    public async Task A_host_that_dies_takes_its_workers_and_what_it_held_with_it()
    {
        await AnnounceHere(2);
        _there.Registry.Announce(new("ben-mac"), "link", "05", [Tiny], 1, null);
        await Eventually.Is(() => Seen(_here, "ben-mac") is not null, Recovery);
        Assert.That(await _here.Registry.TryReserve(new("ben-mac"), Request(), CancellationToken.None), Is.True);
        Assert.That(await _there.Registry.TryReserve(new("ben-mac"), Request(), CancellationToken.None), Is.False);
        await _here.Die();
        await Eventually.Is(() => Seen(_there) is null && Seen(_there, "ben-mac")!.SlotsFree == 1, Recovery);
        Assert.That(await _there.Registry.TryReserve(new("ben-mac"), Request(), CancellationToken.None), Is.True);
        _here = await RedisHost.Start(_redis);
    }

    [Test]
    public async Task A_host_that_stops_takes_its_workers_with_it_at_once()
    {
        await AnnounceHere(2);
        await _here.DisposeAsync();
        await Eventually.Is(() => Seen(_there) is null, TimeSpan.FromSeconds(4));
        _here = await RedisHost.Start(_redis);
    }

    [Test]
    public async Task After_a_flush_everything_is_there_again_and_no_slot_is_given_twice()
    {
        await AnnounceHere(2);
        Assert.That(await Reserve(_here, Request()), Is.True);
        Assert.That(await Reserve(_here, Request()), Is.True);
        await _redis.Flush();
        Assert.That(await Reserve(_here, Request()), Is.False);
        Assert.That(await Reserve(_there, Request()), Is.False);
        await _here.Registry.Beat(CancellationToken.None);
        await _there.Registry.Beat(CancellationToken.None);
        Assert.That(Seen(_there), Is.Not.Null);
        Assert.That(Seen(_there)!.SlotsFree, Is.Zero);
        Assert.That(await Reserve(_there, Request()), Is.False);
    }

    [Test]
    public async Task Without_Redis_a_host_gives_out_its_own_slots_and_gives_nobody_up()
    {
        await AnnounceHere(3);
        var (one, two) = (Request(), Request());
        Assert.That(await Reserve(_here, one), Is.True);
        Assert.That(await Reserve(_there, two), Is.True);
        await Eventually.Is(() => Seen(_here)!.SlotsFree == 1, Recovery);
        await _redis.Kill();
        await Eventually.Is(() => !_here.Link.Answers && !_there.Link.Answers);
        Assert.That(await Reserve(_there, Request()), Is.False, "a worker of another host");
        Assert.That(await Reserve(_here, Request()), Is.True);
        Assert.That(await Reserve(_here, Request()), Is.False);
        Assert.That(Seen(_there)!.IsElsewhere, Is.True);
        Assert.That(_there.Registry.EmptySince, Is.Null);

        // One that has never known anybody does not know that nobody is there either.
        await using var late = await RedisHost.Start(_redis.ConnectionString);
        var before = TimeProvider.System.GetUtcNow();
        Assert.That(late.Registry.EmptySince, Is.GreaterThanOrEqualTo(before));

        // What was said meanwhile is heard when it is back.
        _there.Registry.Release(one);
        _there.Registry.Drain(Anna);
        await _redis.Restart();
        await Eventually.Is(() => Seen(_here) is { Draining: true, SlotsFree: 1 } && Seen(late) is { Draining: true, SlotsFree: 1 }, Recovery);
    }

    [Test]
    public async Task Whoever_gives_up_waiting_for_a_slot_holds_none()
    {
        await AnnounceHere(1);
        await _redis.Pause();
        using var gone = new CancellationTokenSource();
        var asked = _here.Registry.TryReserve(Anna, Request(), gone.Token).AsTask();
        await gone.CancelAsync();
        Assert.That(async () => await asked, Throws.InstanceOf<OperationCanceledException>());
        await _redis.Resume();
        await Eventually.Is(async () => _here.Link.Answers && await Reserve(_here, Request()), Recovery);
    }

    private static RequestId Request() => new(Guid.CreateVersion7());

    private static WorkerPresence? Seen(RedisHost host, string worker = "anna-mac") =>
        host.Registry.List().SingleOrDefault(known => known.Id.Value == worker);

    private static Task<bool> Reserve(RedisHost host, RequestId request) =>
        host.Registry.TryReserve(Anna, request, CancellationToken.None).AsTask();

    private async Task AnnounceHere(int slots)
    {
        _here.Registry.Announce(Anna, "link", "01", [Tiny], slots, null);
        await Eventually.Is(() => Seen(_there) is not null, Recovery);
    }
}
