using MeatLizard.Infrastructure.Discord.Native.Rest;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.Discord;

[TestFixture]
internal sealed class RateBucketTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private StoppedClock _clock = null!;
    private RateBucket _bucket = null!;

    [SetUp]
    public void NewBucket()
    {
        _clock = new();
        _bucket = new(_clock);
    }

    [Test]
    public void Before_the_first_answer_nothing_is_held_up()
    {
        Assert.That(_bucket.TryTake(out _));
        Assert.That((_bucket.Look().Limit, _bucket.Look().Remaining), Is.EqualTo((0, 0)));
    }

    [Test]
    public void What_the_headers_leave_can_be_taken_and_no_more_until_the_window_ends()
    {
        Ask(limit: 3, remaining: 2, Window);
        Assert.That(_bucket.TryTake(out _));
        Assert.That(_bucket.TryTake(out _));
        Assert.That(_bucket.TryTake(out var wait), Is.False);
        Assert.That(wait, Is.InRange(Window, Window + TimeSpan.FromMilliseconds(10)));
        _clock.Advance(wait);
        Assert.That(_bucket.Look().Remaining, Is.EqualTo(3));
        Assert.That(_bucket.TryTake(out _));
    }

    [Test]
    public void Never_early_however_little_is_left_of_the_window()
    {
        Ask(limit: 1, remaining: 0, TimeSpan.FromMilliseconds(1));
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(_bucket.TryTake(out _), Is.False);
        _clock.Advance(TimeSpan.FromMilliseconds(5));
        Assert.That(_bucket.TryTake(out _));
    }

    [Test]
    public void Answers_that_overtake_each_other_do_not_give_back_what_was_taken()
    {
        Ask(limit: 5, remaining: 4, Window);
        Assert.That(_bucket.TryTake(out _) && _bucket.TryTake(out _) && _bucket.TryTake(out _));
        Learn(5, 1, Window);
        Learn(5, 3, Window);
        Learn(5, 2, Window);
        Assert.That(_bucket.Look().Remaining, Is.EqualTo(1));
    }

    [Test]
    public void What_is_under_way_counts_against_a_window_that_begins_meanwhile()
    {
        Ask(limit: 2, remaining: 0, Window);
        _clock.Advance(2 * Window);
        Assert.That(_bucket.TryTake(out _) && _bucket.TryTake(out _));
        _bucket.Release();
        _bucket.Learn(Headers(2, 1, Window));
        Assert.That(_bucket.Look().Remaining, Is.Zero);
    }

    [Test]
    public void A_limit_that_changes_holds_from_the_answer_on_that_says_so()
    {
        Ask(limit: 5, remaining: 4, Window);
        _clock.Advance(2 * Window);
        Ask(limit: 10, remaining: 9, Window);
        Assert.That(_bucket.Look().Remaining, Is.EqualTo(9));
        _clock.Advance(2 * Window);
        Ask(limit: 2, remaining: 1, Window);
        Assert.That(_bucket.Look().Remaining, Is.EqualTo(1));
    }

    [Test]
    public void A_block_holds_whatever_is_left()
    {
        Ask(limit: 5, remaining: 4, Window);
        _bucket.Block(TimeSpan.FromSeconds(60));
        Assert.That((_bucket.Look().Remaining, _bucket.TryTake(out var wait)), Is.EqualTo((0, false)));
        Assert.That(wait, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(60)));
        _clock.Advance(wait);
        Assert.That(_bucket.TryTake(out _));
    }

    [Test]
    public void A_request_without_an_answer_stays_counted()
    {
        Ask(limit: 2, remaining: 1, Window);
        Assert.That(_bucket.TryTake(out _));
        _bucket.Release();
        Assert.That(_bucket.TryTake(out _), Is.False);
    }

    private static RateHeaders Headers(int limit, int remaining, TimeSpan resetAfter) =>
        new("bucket", limit, remaining, resetAfter, null, IsGlobal: false, null);

    private void Ask(int limit, int remaining, TimeSpan resetAfter)
    {
        Assert.That(_bucket.TryTake(out _));
        Learn(limit, remaining, resetAfter);
    }

    private void Learn(int limit, int remaining, TimeSpan resetAfter)
    {
        _bucket.Release();
        _bucket.Learn(Headers(limit, remaining, resetAfter));
    }
}
