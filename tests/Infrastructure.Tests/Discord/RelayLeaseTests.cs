using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Discord;
using MeatLizard.Infrastructure.Discord.Relay;

namespace MeatLizard.Infrastructure.Tests.Discord;

internal sealed class RelayLeaseTests
{
    private static readonly WorkerId Worker = new("anna");
    private static readonly Snowflake[] Two = [new(1), new(2)];

    private RelayLeases _leases = new();

    [SetUp]
    public void Begin() => _leases = new();

    [Test]
    public void A_session_gets_the_channel_that_it_had_last_when_that_is_free()
    {
        _leases.Offer(Two);
        var (first, second) = (Request(), Request());
        Assert.That(_leases.Take(Worker, first, 1, "a"), Is.EqualTo(new Snowflake(1)));
        Assert.That(_leases.Take(Worker, second, 1, "b"), Is.EqualTo(new Snowflake(2)));
        _leases.Release(first, 1);
        _leases.Release(second, 1);
        Assert.That(_leases.Take(Worker, Request(), 1, "b"), Is.EqualTo(new Snowflake(2)));
    }

    [Test]
    public void The_same_attempt_keeps_its_channel_and_another_attempt_frees_it()
    {
        _leases.Offer(Two);
        var request = Request();
        var channel = _leases.Take(Worker, request, 1, "a");
        Assert.That(_leases.Take(Worker, request, 1, "a"), Is.EqualTo(channel));
        Assert.That(_leases.Take(Worker, request, 2, "a"), Is.EqualTo(channel), "free again");
        Assert.That(_leases.Of(request, 1), Is.Null);
    }

    [Test]
    public void When_none_is_free_the_one_with_the_fewest_answers_is_shared()
    {
        _leases.Offer(Two);
        for (var i = 0; i < 4; i++)
        {
            _leases.Take(Worker, Request(), 1, $"{i}");
        }

        var last = Request();
        Assert.That(_leases.Take(Worker, last, 1, "5"), Is.EqualTo(new Snowflake(1)));
        Assert.That(_leases.Take(Worker, Request(), 1, "6"), Is.EqualTo(new Snowflake(2)));
    }

    [Test]
    public void A_channel_that_is_gone_is_leased_no_more()
    {
        _leases.Offer(Two);
        var request = Request();
        Assert.That(_leases.Take(Worker, request, 1, "a"), Is.EqualTo(new Snowflake(1)));
        Assert.That(_leases.Offer([new(2), new(3)]), Is.EqualTo([new Snowflake(1)]));
        Assert.That(_leases.Of(request, 1), Is.Null);
        _leases.Withdraw(new(2));
        Assert.That(_leases.Take(Worker, Request(), 1, "a"), Is.EqualTo(new Snowflake(3)));
        Assert.That(_leases.Count, Is.EqualTo(1));
    }

    [Test]
    public void Without_a_channel_there_is_no_lease() => Assert.That(_leases.Take(Worker, Request(), 1, "a"), Is.Null);

    [Test]
    public void A_worker_that_is_lost_gives_back_all_that_it_had()
    {
        _leases.Offer(Two);
        var (mine, other) = (Request(), Request());
        _leases.Take(Worker, mine, 1, "a");
        _leases.Take(new("ben"), other, 1, "b");
        _leases.ReleaseAll(Worker);
        Assert.That(_leases.Of(mine, 1), Is.Null);
        Assert.That(_leases.Of(other, 1), Is.EqualTo(new Snowflake(2)));
    }

    private static RequestId Request() => new(Guid.CreateVersion7());
}
