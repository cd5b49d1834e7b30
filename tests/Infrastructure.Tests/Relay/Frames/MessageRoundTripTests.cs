using MeatLizard.Application.Relay;
using MeatLizard.Infrastructure.Relay.Frames;

namespace MeatLizard.Infrastructure.Tests.Relay.Frames;

[TestFixture]
internal sealed class MessageRoundTripTests
{
    [Test]
    public void Every_message_arrives_as_it_was_sent([Range(1, 40)] int seed, [Values] bool discord)
    {
        using var pair = new FramePair(terms: discord ? CarrierTerms.Discord(1, 2) : CarrierTerms.Local);
        using var up = pair.Upward();
        using var down = pair.Downward();
        using var pings = pair.Pings();
        var samples = new RelaySamples(seed);

        foreach (var message in samples.Upward()) AssertArrives(message, up, pair.Server, pair.Terms);
        foreach (var message in samples.Downward()) AssertArrives(message, message is Ping ? pings : down, pair.Worker, pair.Terms);
    }

    [Test]
    public void The_samples_hold_every_message_that_there_is()
    {
        var samples = new RelaySamples(1);
        var sampled = samples.Upward().Cast<RelayMessage>().Concat(samples.Downward()).Select(message => message.GetType());
        var defined = typeof(RelayMessage).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(RelayMessage)) && !type.IsAbstract);

        Assert.That(sampled, Is.EquivalentTo(defined));
    }

    private static void AssertArrives(RelayMessage message, FrameSealer sealer, FrameOpener opener, CarrierTerms terms)
    {
        var frames = sealer.Seal(message);
        for (var i = 0; i < frames.Length; i++)
        {
            Assert.That(frames[i], Has.Length.LessThanOrEqualTo(Frame.HeaderSize + terms.MaxPart + Frame.TagSize));
            var outcome = opener.TryOpen(frames[i], terms.Binding, out var opened);
            Assert.That(outcome, Is.EqualTo(i == frames.Length - 1 ? FrameOutcome.Opened : FrameOutcome.Incomplete),
                message.GetType().Name);
            if (outcome == FrameOutcome.Opened)
            {
                Assert.That(Fields.Of(opened), Is.EqualTo(Fields.Of(message)));
            }
            else
            {
                Assert.That(opened, Is.Null);
            }
        }
    }
}
