using MeatLizard.Infrastructure.Relay;

namespace MeatLizard.Infrastructure.Tests.Relay;

[TestFixture]
internal sealed class SuccessionTests
{
    [Test]
    public void The_last_process_that_proved_itself_is_the_worker()
    {
        var succession = new Succession();
        Assert.That(succession.Takes("a", null), Is.True);
        Assert.That(succession.Takes("a", "a"), Is.True, "the same one, dialling again");
        Assert.That(succession.Takes("b", "a"), Is.True);
    }

    [Test]
    public void One_that_was_replaced_stays_out_while_another_one_is_there()
    {
        var succession = new Succession();
        succession.Takes("a", null);
        succession.Takes("b", "a");
        Assert.That(succession.Takes("a", "b"), Is.False);
        Assert.That(succession.Takes("c", "b"), Is.True);
        Assert.That(succession.Takes("a", "c"), Is.False);
        Assert.That(succession.Takes("b", "c"), Is.False);
    }

    [Test]
    public void When_nobody_is_there_any_more_it_may_come_back()
    {
        var succession = new Succession();
        succession.Takes("a", null);
        succession.Takes("b", "a");
        Assert.That(succession.Takes("a", null), Is.True);
        Assert.That(succession.Takes("b", "a"), Is.True, "and is replaced as any other");
    }

    [Test]
    public void Of_many_restarts_only_the_last_ones_are_remembered()
    {
        var succession = new Succession();
        for (var i = 0; i < 1000; i++)
        {
            Assert.That(succession.Takes($"{i + 1}", $"{i}"), Is.True);
        }

        Assert.That(succession.Takes("999", "1000"), Is.False);
        Assert.That(succession.Takes("1", "1000"), Is.True);
    }
}
