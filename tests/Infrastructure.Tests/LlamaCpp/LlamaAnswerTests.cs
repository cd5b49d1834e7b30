using MeatLizard.Infrastructure.LlamaCpp;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.LlamaCpp;

[TestFixture]
internal sealed class LlamaAnswerTests
{
    [Test]
    public void When_the_last_word_is_due_follows_from_the_pace_so_far()
    {
        var clock = new StoppedClock();
        var answer = new LlamaAnswer("tiny", contextSize: 100, clock);
        Assert.That(answer.DueIn(8), Is.Null, "Nothing is known.");
        Say(answer);
        Assert.That(answer.DueIn(8), Is.Null, "One word has no pace.");
        for (var i = 0; i < 2; i++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(20));
            Say(answer);
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.DueIn(8), Is.EqualTo(TimeSpan.FromMilliseconds(100)));
            Assert.That(answer.DueIn(3), Is.EqualTo(TimeSpan.Zero));
            Assert.That(answer.DueIn(1), Is.EqualTo(TimeSpan.Zero), "Late is not before now.");
        }
    }

    private static void Say(LlamaAnswer answer) => answer.Read(new() { Choices = [new() { Delta = new() { Content = "word" } }] });
}
