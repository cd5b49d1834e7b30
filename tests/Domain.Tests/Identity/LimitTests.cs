using MeatLizard.Domain.Identity;

namespace MeatLizard.Domain.Tests.Identity;

internal sealed class LimitTests
{
    private static readonly DateTimeOffset Now = new(2028, 2, 29, 23, 59, 58, TimeSpan.FromHours(-1));

    [Test]
    public void Windows_of_tokens_are_those_of_the_clock_in_UTC()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(WindowOf(TimeSpan.FromMinutes(1)), Is.EqualTo((At(3, 1, 0, 59), At(3, 1, 1, 0))));
            Assert.That(WindowOf(TimeSpan.FromHours(1)), Is.EqualTo((At(3, 1, 0, 0), At(3, 1, 1, 0))));
            Assert.That(WindowOf(TimeSpan.FromDays(1)), Is.EqualTo((At(3, 1, 0, 0), At(3, 2, 0, 0))));
        }
    }

    [Test]
    public void A_month_is_one_of_the_calendar() =>
        Assert.That(WindowOf(Limit.Month), Is.EqualTo((At(3, 1, 0, 0), At(4, 1, 0, 0))));

    [Test]
    public void A_window_begins_with_its_first_moment()
    {
        var limit = new Limit(Limit.User, Limit.Everyone, TimeSpan.FromDays(1), 1) { Measure = LimitMeasure.Tokens };
        Assert.That(limit.WindowAt(At(3, 1, 0, 0)), Is.EqualTo((At(3, 1, 0, 0), At(3, 2, 0, 0))));
        Assert.That(limit.WindowAt(At(3, 1, 0, 0).AddTicks(-1)), Is.EqualTo((At(2, 29, 0, 0), At(3, 1, 0, 0))));
    }

    private static (DateTimeOffset, DateTimeOffset) WindowOf(TimeSpan window) =>
        new Limit(Limit.User, Limit.Everyone, window, 1) { Measure = LimitMeasure.Tokens }.WindowAt(Now);

    private static DateTimeOffset At(int month, int day, int hour, int minute) => new(2028, month, day, hour, minute, 0, TimeSpan.Zero);
}
