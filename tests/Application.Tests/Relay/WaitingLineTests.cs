using MeatLizard.Application.Relay;

namespace MeatLizard.Application.Tests.Relay;

[TestFixture]
internal sealed class WaitingLineTests
{
    [Test]
    public void Whoever_waits_for_a_model_stands_before_those_who_want_the_same()
    {
        var line = new WaitingLine();
        line.Redraw(["small"]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(line.StandsBefore("SMALL"), Is.True);
            Assert.That(line.StandsBefore("large"), Is.False);
            Assert.That(line.StandsBefore(null), Is.True);
        }
    }

    [Test]
    public void Who_takes_any_model_stands_before_everybody()
    {
        var line = new WaitingLine();
        line.Redraw([null]);
        Assert.That((line.StandsBefore("small"), line.HasOutbox), Is.EqualTo((true, true)));
    }

    [Test]
    public void Calls_stand_there_until_the_last_has_left_whatever_the_outbox_shows()
    {
        var line = new WaitingLine();
        line.CallJoins("small");
        line.CallJoins("Small");
        line.CallLeaves("small");
        line.Redraw([]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(line.StandsBefore("small"), Is.True);
            Assert.That(line.StandsBefore(null), Is.True);
            Assert.That(line.StandsBefore("large"), Is.False);
            Assert.That(line.HasOutbox, Is.False);
        }

        line.CallLeaves("SMALL");
        Assert.That((line.StandsBefore("small"), line.StandsBefore(null)), Is.EqualTo((false, false)));
    }
}
