using MeatLizard.Application.Relay;
using MeatLizard.Testing;
using Moq;

namespace MeatLizard.Application.Tests.Relay;

[TestFixture]
internal sealed class QueueLengthTests
{
    private readonly StoppedClock _time = new();
    private readonly Mock<IRequestStore> _store = new();
    private QueueLength _queue = null!;
    private int _waiting;
    private int _looks;

    [SetUp]
    public void Fresh()
    {
        (_queue, _looks) = (new(_time), 0);
        _store.Setup(one => one.CountQueued(It.IsAny<int>(), It.IsAny<CancellationToken>())).ReturnsAsync((int atMost, CancellationToken _) =>
        {
            _looks++;
            return Math.Min(atMost, _waiting);
        });
    }

    [Test]
    public async Task A_short_queue_is_counted_for_everyone()
    {
        List<int> places = [];
        foreach (var waiting in (int[])[0, 3, QueueLength.Most - 1, 2])
        {
            _waiting = waiting;
            places.Add(await Count());
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(places, Is.EqualTo([0, 3, QueueLength.Most - 1, 2]));
            Assert.That(_looks, Is.EqualTo(4));
        }
    }

    [Test]
    public async Task A_long_one_is_looked_at_once_a_second()
    {
        _waiting = 5000;
        for (var i = 0; i < 50; i++)
        {
            Assert.That(await Count(), Is.EqualTo(QueueLength.Most));
        }

        Assert.That(_looks, Is.EqualTo(1));
        _waiting = 7;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That((await Count(), _looks), Is.EqualTo((7, 2)));
    }

    private ValueTask<int> Count() => _queue.Count(_store.Object, CancellationToken.None);
}
