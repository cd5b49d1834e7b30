using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Domain.Identity;
using MeatLizard.Infrastructure.Embedded;
using MeatLizard.Infrastructure.Redis;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.Twins;

/// <summary>What answers hold of the limits while they are open, and what is left of it.</summary>
[TestFixture(Twin.Memory)]
[TestFixture(Twin.Redis)]
internal sealed class ReservationTests(Twin twin) : TwinFixture(twin)
{
    private static readonly Limit Open = new(Limit.User, "*", TimeSpan.Zero, 3) { Measure = LimitMeasure.Concurrency };
    private static readonly Limit Day = new(Limit.User, "*", TimeSpan.FromDays(1), 1000) { Measure = LimitMeasure.Tokens };
    private static readonly Limit Month = Day with { Window = Limit.Month, Amount = 5000 };
    private static readonly Limit Minute = new(Limit.Model, "*", TimeSpan.FromMinutes(1), 100);

    private readonly Dictionary<string, int> _stored = [];
    private StoppedClock _clock = null!;
    private IRateLimiter _limiter = null!;

    [SetUp]
    public void MakeLimiter()
    {
        _stored.Clear();
        _clock = new();
        _limiter = Host is null ? new MemoryRateLimiter(_clock) : new RedisRateLimiter(Host.Link, _clock);
    }

    [Test]
    public async Task As_many_answers_are_open_as_may_be_and_each_end_makes_room_for_one()
    {
        var answers = await Reserve(5, tokens: 0, (Open, "a"));
        Assert.That(answers, Has.Length.EqualTo(3));
        Assert.That(await Reserve(1, 0, (Open, "b")), Has.Length.EqualTo(1), "subjects are counted apart");
        await _limiter.Settle(answers[0], 0, CancellationToken.None);
        await _limiter.Settle(answers[0], 0, CancellationToken.None);
        await _limiter.Settle(Guid.NewGuid(), 0, CancellationToken.None);
        Assert.That(await Reserve(5, 0, (Open, "a")), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task What_an_answer_may_cost_is_held_and_what_it_has_cost_stands_in_its_place()
    {
        var answers = await Reserve(20, tokens: 100, (Day, "a"));
        Assert.That(answers, Has.Length.EqualTo(10));
        Assert.That(await Used((Day, "a")), Is.EqualTo(1000));
        foreach (var answer in answers)
        {
            await Settle(answer, 10, "a");
        }

        await _limiter.Settle(answers[0], 500, CancellationToken.None);
        Assert.That(await Used((Day, "a")), Is.EqualTo(100), "each is settled once");
        Assert.That(await Reserve(20, tokens: 100, (Day, "a")), Has.Length.EqualTo(9));
    }

    [Test]
    public async Task An_answer_that_costs_more_than_it_held_is_counted_whole()
    {
        var answers = await Reserve(2, tokens: 400, (Day, "a"));
        await Settle(answers[0], 900, "a");
        Assert.That(await Used((Day, "a")), Is.EqualTo(1300));
        await Settle(answers[1], 900, "a");
        var refused = await Ask(tokens: 1, (Day, "a"));
        Assert.That((refused.Granted, refused.Limit, refused.Remaining), Is.EqualTo((false, Day, 0)));
    }

    [Test]
    public async Task An_answer_that_may_cost_more_than_the_whole_is_let_in_when_nothing_is_used()
    {
        Assert.That(await Reserve(2, tokens: 5000, (Day, "a")), Has.Length.EqualTo(1));
        Assert.That(await Used((Day, "a")), Is.EqualTo(1000));
    }

    [Test]
    public async Task What_the_database_knows_is_counted_and_after_the_windows_end_asked_for_anew()
    {
        _stored["a"] = 950;
        Assert.That(await Reserve(1, tokens: 51, (Day, "a")), Is.Empty);
        var answers = await Reserve(2, tokens: 50, (Day, "a"));
        Assert.That(answers, Has.Length.EqualTo(1));
        await Settle(answers[0], 20, "a");
        _stored["a"] = 7;
        await Pass(Day.WindowAt(_clock.GetUtcNow()).Until - _clock.GetUtcNow());
        Assert.That(await Used((Day, "a")), Is.EqualTo(7));
    }

    [Test]
    public async Task When_one_limit_refuses_nothing_is_taken_from_the_others_and_it_is_told()
    {
        Assert.That(await Reserve(5, tokens: 100, (Minute, "m"), (Open, "a"), (Day, "a"), (Month, "a")), Has.Length.EqualTo(3));
        var refused = await Ask(tokens: 100, (Minute, "m"), (Open, "a"), (Day, "a"), (Month, "a"));
        Assert.That((refused.Granted, refused.Limit, refused.Remaining), Is.EqualTo((false, Open, 0)));
        Assert.That(await Used((Minute, "m")), Is.EqualTo(3));
        Assert.That(await Used((Day, "a")), Is.EqualTo(300));
        Assert.That(await Used((Month, "a")), Is.EqualTo(300));

        var few = await Ask(tokens: 800, (Minute, "m"), (Day, "a"), (Month, "a"));
        Assert.That((few.Granted, few.Limit, few.Remaining), Is.EqualTo((false, Day, 700)), "there is something left, but not enough");
        Assert.That(few.ResetAfter, Is.EqualTo(Day.WindowAt(_clock.GetUtcNow()).Until - _clock.GetUtcNow()));
    }

    [Test]
    public async Task What_a_host_that_died_held_runs_out_and_what_it_had_stored_is_counted()
    {
        Assert.That(await Reserve(3, tokens: 300, (Open, "a"), (Day, "a")), Has.Length.EqualTo(3));
        Assert.That(await Reserve(1, tokens: 300, (Open, "a"), (Day, "a")), Is.Empty);

        // One of the three had been committed; nobody has said so here.
        _stored["a"] = 40;
        await Pass(TimeSpan.FromMinutes(20));
        Assert.That(await Used((Day, "a")), Is.EqualTo(40));
        Assert.That(await Reserve(5, tokens: 300, (Open, "a"), (Day, "a")), Has.Length.EqualTo(3));
    }

    [Test]
    public async Task One_that_is_settled_after_it_ran_out_is_not_counted_twice()
    {
        var answer = (await Reserve(1, tokens: 300, (Open, "a"), (Day, "a"))).Single();
        await Pass(TimeSpan.FromMinutes(20));
        _stored["a"] = 250;
        Assert.That(await Used((Day, "a")), Is.EqualTo(250));
        await _limiter.Settle(answer, 250, CancellationToken.None);
        Assert.That(await Used((Day, "a")), Is.EqualTo(250));
    }

    [Test]
    public async Task A_thousand_at_once_get_exactly_what_there_is()
    {
        var limits = new (Limit, string)[] { (Minute, "m"), (Open with { Amount = 37 }, "a"), (Day with { Amount = 4000 }, "a"), (Month, "a") };
        var first = await AtOnce(1000, tokens: 100, limits);
        Assert.That(first, Has.Length.EqualTo(37), "open at the same time");
        await Task.WhenAll(first.Select(answer => Task.Run(() => Settle(answer, 100, "a"))));
        Assert.That(await Used((Day, "a")), Is.EqualTo(3700));

        var second = await AtOnce(1000, tokens: 100, limits);
        Assert.That(second, Has.Length.EqualTo(3), "tokens of the day");
        Assert.That(await Used((Minute, "m")), Is.EqualTo(40), "who is refused takes nothing");
        await Task.WhenAll(second.Select(answer => Task.Run(() => Settle(answer, 0, "a"))));
        Assert.That(await AtOnce(1000, tokens: 0, (Minute, "m")), Has.Length.EqualTo(60), "requests of the minute");
        Assert.That(await Used((Open, "a")), Is.Zero);
    }

    private async Task<Guid[]> AtOnce(int tries, int tokens, params (Limit, string)[] limits)
    {
        var all = await Task.WhenAll(Enumerable.Range(0, tries).Select(_ => Task.Run(async () =>
        {
            var answer = Guid.NewGuid();
            return ((await Take(answer, tokens, limits)).Granted, answer);
        })));
        return [.. all.Where(one => one.Granted).Select(one => one.answer)];
    }

    private async Task<Guid[]> Reserve(int tries, int tokens, params (Limit, string)[] limits)
    {
        List<Guid> granted = [];
        for (var i = 0; i < tries; i++)
        {
            var answer = Guid.NewGuid();
            if ((await Take(answer, tokens, limits)).Granted)
            {
                granted.Add(answer);
            }
        }

        return [.. granted];
    }

    private Task<RateDecision> Ask(int tokens, params (Limit, string)[] limits) => Take(Guid.NewGuid(), tokens, limits);

    private Task<RateDecision> Take(Guid answer, int tokens, (Limit, string)[] limits) => _limiter.Reserve(
        new(answer, tokens, _clock.GetUtcNow() + TimeSpan.FromMinutes(20)), limits, Stored, CancellationToken.None).AsTask();

    private async Task<int> Used((Limit, string) limit) => (await _limiter.Look([limit], Stored, CancellationToken.None)).Single().Used;

    /// <summary>As a turn ends: the cost is stored, and then said.</summary>
    private async Task Settle(Guid answer, int tokens, string subject)
    {
        lock (_stored)
        {
            _stored[subject] = _stored.GetValueOrDefault(subject) + tokens;
        }

        await _limiter.Settle(answer, tokens, CancellationToken.None);
    }

    private ValueTask<int> Stored((Limit Limit, string Subject) asked, CancellationToken cancellationToken)
    {
        lock (_stored)
        {
            return ValueTask.FromResult(_stored.GetValueOrDefault(asked.Subject));
        }
    }

    private async Task Pass(TimeSpan time)
    {
        _clock.Advance(time);
        if (Twin == Twin.Redis)
        {
            await Redis.Age(time);
        }
    }
}
