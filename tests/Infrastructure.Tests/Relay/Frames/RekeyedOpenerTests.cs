using MeatLizard.Application.Relay;
using MeatLizard.Infrastructure.Relay.Frames;

namespace MeatLizard.Infrastructure.Tests.Relay.Frames;

/// <summary>An opener that comes to know other roots while it is in use, as over a carrier whose binding stays the same.</summary>
[TestFixture]
internal sealed class RekeyedOpenerTests
{
    private static readonly CarrierTerms Terms = CarrierTerms.Discord(1, 2);
    private static readonly WorkerEpoch Epoch = WorkerEpoch.Draw();

    private readonly FrameCounters _counters = new();
    private RelayRoot _old = null!;
    private RelayRoot _new = null!;

    [SetUp]
    public void Draw() => (_old, _new) = (RelayRoot.Draw(), RelayRoot.Draw());

    [TearDown]
    public void Forget()
    {
        _old.Dispose();
        _new.Dispose();
    }

    [Test]
    public void What_was_seen_stays_seen()
    {
        using var opener = FrameOpener.AtWorker(new(_old), Epoch, _counters);
        using var sealer = FrameSealer.ToWorker(_old, Epoch, Terms);
        var (seen, underWay) = (sealer.Seal(new Drain())[0], sealer.Seal(new Drain())[0]);
        Assert.That(Open(opener, seen), Is.EqualTo((FrameOutcome.Opened, _old)));
        opener.Know(new(_new, _old));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Open(opener, seen), Is.EqualTo((FrameOutcome.Replayed, (RelayRoot?)null)));
            Assert.That(Open(opener, underWay), Is.EqualTo((FrameOutcome.Opened, _old)));
        }
    }

    [Test]
    public void It_says_which_root_has_sealed_and_opens_nothing_under_one_that_it_knows_no_more()
    {
        using var opener = FrameOpener.AtServer(new(_old), _counters);
        using var before = FrameSealer.ToServer(_old, Terms);
        using var after = FrameSealer.ToServer(_new, Terms);
        Assert.That(Open(opener, after.Seal(new Bye())[0]).Outcome, Is.EqualTo(FrameOutcome.UnknownKey));
        opener.Know(new(_old, _new));
        Assert.That(Open(opener, after.Seal(new Bye())[0]), Is.EqualTo((FrameOutcome.Opened, _new)));
        opener.Know(new(_new));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Open(opener, before.Seal(new Bye())[0]).Outcome, Is.EqualTo(FrameOutcome.UnknownKey));
            Assert.That(Open(opener, after.Seal(new Bye())[0]), Is.EqualTo((FrameOutcome.Opened, _new)));
        }
    }

    private static (FrameOutcome Outcome, RelayRoot? SealedBy) Open(FrameOpener opener, byte[] frame) =>
        (opener.TryOpen(frame, Terms.Binding, out _, out var sealedBy), sealedBy);
}
