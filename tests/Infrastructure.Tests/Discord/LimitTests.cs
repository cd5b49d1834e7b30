using MeatLizard.Infrastructure.Discord.Native;
using MeatLizard.Infrastructure.Discord.Native.Gateway;
using MeatLizard.Infrastructure.Discord.Native.Rest;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.Discord;

/// <summary>Limits over all routes, and over the gateway.</summary>
[TestFixture]
internal sealed class LimitTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly StoppedClock _clock = new();

    [Test]
    public async Task A_place_is_held_until_a_second_after_the_answer()
    {
        using var limit = new GlobalLimit(2, _clock);
        await limit.Enter(CancellationToken.None);
        await limit.Enter(CancellationToken.None);
        var third = limit.Enter(CancellationToken.None);
        _clock.Advance(5 * Second);
        Assert.That(third.IsCompleted, Is.False, "Two are under way, and nobody knows when Discord counts them.");
        limit.Leave(wasSent: true);
        _clock.Advance(Second);
        Assert.That(third.IsCompleted, Is.False);
        _clock.Advance(TimeSpan.FromMilliseconds(10));
        await third.WaitAsync(10 * Second);
    }

    [Test]
    public async Task A_place_of_which_no_use_was_made_is_free_at_once()
    {
        using var limit = new GlobalLimit(1, _clock);
        await limit.Enter(CancellationToken.None);
        var second = limit.Enter(CancellationToken.None);
        limit.Leave(wasSent: false);
        await second.WaitAsync(10 * Second);
    }

    [Test]
    public async Task Those_in_line_come_in_their_order_and_those_who_left_are_passed_over()
    {
        using var limit = new GlobalLimit(1, _clock);
        await limit.Enter(CancellationToken.None);
        using var leaving = new CancellationTokenSource();
        var leaves = limit.Enter(leaving.Token);
        var second = limit.Enter(CancellationToken.None);
        var third = limit.Enter(CancellationToken.None);
        await leaving.CancelAsync();
        limit.Leave(wasSent: false);
        await second.WaitAsync(10 * Second);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(leaves.IsCanceled);
            Assert.That(third.IsCompleted, Is.False);
            Assert.That(limit.TryEnter(out var wait), Is.False);
            Assert.That(wait, Is.GreaterThan(TimeSpan.Zero));
        }
    }

    [Test]
    public async Task A_global_block_holds_everybody()
    {
        using var limit = new GlobalLimit(50, _clock);
        limit.Block(3 * Second);
        var waiting = limit.Enter(CancellationToken.None);
        Assert.That(limit.BlockedFor(), Is.EqualTo(3 * Second));
        _clock.Advance(2 * Second);
        Assert.That(waiting.IsCompleted, Is.False);
        _clock.Advance(2 * Second);
        await waiting.WaitAsync(10 * Second);
    }

    [Test]
    public void Refusals_are_counted_for_ten_minutes()
    {
        var budget = new RefusalBudget(3, _clock);
        budget.Count();
        _clock.Advance(TimeSpan.FromMinutes(4));
        budget.Count();
        Assert.That(budget.IsSpent(out _), Is.False);
        budget.Count();
        Assert.That(budget.IsSpent(out var wait));
        Assert.That(wait, Is.EqualTo(TimeSpan.FromMinutes(6)));
        _clock.Advance(wait);
        Assert.That(budget.IsSpent(out _), Is.False);
    }

    [Test]
    public void Refusals_stop_long_before_Discord_does() => Assert.That(RefusalBudget.Most, Is.LessThanOrEqualTo(5_000));

    [Test]
    public async Task Not_more_than_Discord_takes_is_sent_over_the_gateway_in_a_minute()
    {
        var budget = new GatewaySendBudget(_clock);
        for (var number = 0; number < GatewaySendBudget.Most; number++)
        {
            await budget.Take(CancellationToken.None);
        }

        var next = budget.Take(CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.That(next.IsCompleted, Is.False);
        _clock.Advance(2 * Second);
        await next.WaitAsync(10 * Second);
        Assert.That(GatewaySendBudget.Most, Is.LessThan(120));
    }

    [Test]
    public void Pauses_double_up_to_a_longest_and_differ_by_chance()
    {
        var random = new Random(1);
        var pauses = Enumerable.Range(1, 200).Select(failures => Pauses.After(failures, Second, 8 * Second, random)).ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(pauses[0], Is.InRange(Second / 2, Second));
            Assert.That(pauses[2], Is.InRange(2 * Second, 4 * Second));
            Assert.That(pauses[3..], Is.All.InRange(4 * Second, 8 * Second));
            Assert.That(pauses.Distinct().Count(), Is.GreaterThan(190));
        }
    }
}
