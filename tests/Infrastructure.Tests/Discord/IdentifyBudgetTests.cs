using MeatLizard.Infrastructure.Discord.Native.Gateway;

namespace MeatLizard.Infrastructure.Tests.Discord;

[TestFixture]
internal sealed class IdentifyBudgetTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly IdentifyBudget _budget = new(20);

    [Test]
    public void The_first_need_not_wait() => Assert.That((_budget.Wait([], Now), _budget.Left([], Now)), Is.EqualTo((TimeSpan.Zero, 20)));

    [Test]
    public void Two_are_five_seconds_apart() =>
        Assert.That(_budget.Wait([Now - TimeSpan.FromSeconds(2)], Now), Is.EqualTo(TimeSpan.FromSeconds(3)));

    [Test]
    public void The_twenty_first_waits_until_an_hour_after_the_first()
    {
        var identified = Enumerable.Range(0, 20).Select(number => Now - TimeSpan.FromMinutes(50) + TimeSpan.FromMinutes(number)).ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_budget.Wait(identified, Now), Is.EqualTo(TimeSpan.FromMinutes(10)));
            Assert.That(_budget.Left(identified, Now), Is.Zero);
            Assert.That(_budget.Wait(identified, Now + TimeSpan.FromMinutes(10)), Is.EqualTo(TimeSpan.Zero));
        }
    }

    [Test]
    public void A_day_is_counted_too_however_many_an_hour_may_have()
    {
        var budget = new IdentifyBudget(1_000);
        var identified = Enumerable.Range(0, 950).Select(number => Now - TimeSpan.FromHours(20) + TimeSpan.FromMinutes(number)).ToArray();
        Assert.That((budget.Wait(identified, Now), budget.Left(identified, Now)), Is.EqualTo((TimeSpan.FromHours(4), 0)));
    }

    [Test]
    public void A_clock_that_was_set_back_holds_nobody_for_ever()
    {
        var ahead = Enumerable.Repeat(Now + TimeSpan.FromDays(300), 20).ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_budget.Wait(ahead, Now), Is.EqualTo(TimeSpan.Zero));
            Assert.That(IdentifyBudget.Recent(ahead, Now), Is.Empty);
        }
    }
}
