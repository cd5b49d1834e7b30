using System.Collections.Concurrent;
using MeatLizard.Infrastructure.Discord;
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
        await Enter(limit, DiscordUrgency.Usual);
        await Enter(limit, DiscordUrgency.Usual);
        var third = Enter(limit, DiscordUrgency.Usual);
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
        await Enter(limit, DiscordUrgency.Usual);
        var second = Enter(limit, DiscordUrgency.Usual);
        limit.Leave(wasSent: false);
        await second.WaitAsync(10 * Second);
    }

    [Test]
    public async Task Those_in_line_come_in_their_order_and_those_who_left_are_passed_over()
    {
        using var limit = new GlobalLimit(1, _clock);
        await Enter(limit, DiscordUrgency.Usual);
        using var leaving = new CancellationTokenSource();
        var leaves = limit.Enter(new(DiscordUrgency.Usual), leaving.Token);
        var second = Enter(limit, DiscordUrgency.Usual);
        var third = Enter(limit, DiscordUrgency.Usual);
        await leaving.CancelAsync();
        limit.Leave(wasSent: false);
        await second.WaitAsync(10 * Second);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(async () => await leaves.WaitAsync(10 * Second), Throws.InstanceOf<OperationCanceledException>());
            Assert.That(third.IsCompleted, Is.False);
        }
    }

    [Test]
    public async Task Whoever_is_more_urgent_goes_first_and_equals_in_their_order()
    {
        using var limit = new GlobalLimit(1, _clock);
        await Enter(limit, DiscordUrgency.Usual);
        ConcurrentQueue<string> admitted = new();
        DiscordUrgency[] coming =
        [
            DiscordUrgency.Text, DiscordUrgency.Usual, DiscordUrgency.Text, DiscordUrgency.End, DiscordUrgency.Control, DiscordUrgency.End,
        ];
        Task[] all = [.. coming.Select((urgency, number) => Note(Enter(limit, urgency), $"{urgency} {number}"))];
        for (var number = 1; number <= all.Length; number++)
        {
            limit.Leave(wasSent: false);
            await Eventually.Is(() => admitted.Count == number);
        }

        Assert.That(admitted, Is.EqualTo(new[] { "Control 4", "End 3", "End 5", "Usual 1", "Text 0", "Text 2" }));

        async Task Note(Task entering, string name)
        {
            await entering;
            admitted.Enqueue(name);
        }
    }

    [Test]
    public async Task Text_leaves_a_tenth_for_what_is_more_urgent()
    {
        using var limit = new GlobalLimit(20, _clock);
        Task[] texts = [.. Enumerable.Range(0, 30).Select(_ => Enter(limit, DiscordUrgency.Text))];
        Assert.That(texts.Count(text => text.IsCompleted), Is.EqualTo(18));
        var end = Enter(limit, DiscordUrgency.End);
        Assert.That(end.IsCompleted, "it does not wait behind the texts of others");
        for (var number = 0; number < 19; number++)
        {
            limit.Leave(wasSent: true);
        }

        _clock.Advance(Second);
        Assert.That(texts.Count(text => text.IsCompleted), Is.EqualTo(18));
        _clock.Advance(TimeSpan.FromMilliseconds(10));
        await Task.WhenAll(texts).WaitAsync(10 * Second);
    }

    [Test]
    public void Where_there_is_one_place_text_may_have_it()
    {
        using var limit = new GlobalLimit(1, _clock);
        Assert.That(Enter(limit, DiscordUrgency.Text).IsCompleted);
    }

    [Test]
    public async Task What_becomes_more_urgent_in_the_line_moves_forward_at_once()
    {
        using var limit = new GlobalLimit(10, _clock);
        Task[] texts = [.. Enumerable.Range(0, 12).Select(_ => Enter(limit, DiscordUrgency.Text))];
        var turn = new DiscordTurn(DiscordUrgency.Text);
        var last = limit.Enter(turn, CancellationToken.None);
        turn.Raise(DiscordUrgency.Text);
        Assert.That(last.IsCompleted, Is.False);
        turn.Raise(DiscordUrgency.End);
        await last.WaitAsync(10 * Second);
        Assert.That(texts.Count(text => text.IsCompleted), Is.EqualTo(9));
    }

    [Test]
    public async Task A_global_block_holds_everybody()
    {
        using var limit = new GlobalLimit(50, _clock);
        limit.Block(3 * Second);
        var waiting = Enter(limit, DiscordUrgency.Usual);
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

    private static Task Enter(GlobalLimit limit, DiscordUrgency urgency) => limit.Enter(new(urgency), CancellationToken.None);
}
