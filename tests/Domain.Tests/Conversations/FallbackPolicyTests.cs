using MeatLizard.Domain.Conversations;

namespace MeatLizard.Domain.Tests.Conversations;

internal sealed class FallbackPolicyTests
{
    [Test]
    public void A_ladder_is_gone_down_rung_by_rung_and_stays_on_the_last()
    {
        var ladder = new FallbackPolicy([FallbackRung.Worker, FallbackRung.Provider, FallbackRung.Markov, FallbackRung.Notify]);
        List<FallbackRung> taken = [ladder.First];
        for (var i = 0; i < 4; i++)
        {
            taken.Add(ladder.After(taken[^1]));
        }

        Assert.That(
            taken,
            Is.EqualTo([FallbackRung.Worker, FallbackRung.Provider, FallbackRung.Markov, FallbackRung.Notify, FallbackRung.Notify]));
    }

    [Test]
    public void What_never_leaves_home_asks_no_provider()
    {
        var ladder = new FallbackPolicy([FallbackRung.Provider, FallbackRung.Worker, FallbackRung.Notify], neverLeaveHome: true);
        Assert.That(ladder.Rungs, Is.EqualTo([FallbackRung.Worker, FallbackRung.Notify]));
    }

    [TestCase]
    [TestCase(FallbackRung.Worker)]
    [TestCase(FallbackRung.Notify, FallbackRung.Worker)]
    [TestCase(FallbackRung.Worker, FallbackRung.Worker, FallbackRung.Notify)]
    [TestCase(FallbackRung.Notify, FallbackRung.Notify)]
    public void A_ladder_with_a_rung_twice_or_without_its_last_is_refused(params FallbackRung[] rungs) =>
        Assert.That(Refusals.Code(() => _ = new FallbackPolicy(rungs)), Is.EqualTo("bad_ladder"));
}
