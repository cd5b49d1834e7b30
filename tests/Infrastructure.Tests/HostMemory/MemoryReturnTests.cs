using MeatLizard.Infrastructure.HostMemory;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.HostMemory;

[TestFixture]
internal sealed class MemoryReturnTests
{
    private const long Megabyte = 1024 * 1024;

    private readonly StoppedClock _clock = new();
    private long _made;
    private int _returned;

    [Test]
    public void Memory_is_given_back_once_when_work_is_over_and_again_after_more()
    {
        (_made, _returned) = (0, 0);
        using var memory = new MemoryReturn(_clock, () => _made, () => _returned++);
        Assert.That(After(80 * Megabyte), Is.Zero, "at work");
        Assert.That(After(60 * Megabyte), Is.Zero, "still");
        Assert.That(After(Megabyte / 4), Is.EqualTo(1), "at rest");
        Assert.That(After(Megabyte / 4), Is.EqualTo(1), "nothing to be had");
        Assert.That(After(Megabyte), Is.EqualTo(1), "at work again");
        for (var i = 0; i < 10; i++)
        {
            _ = After(Megabyte / 4);
        }

        Assert.That(_returned, Is.EqualTo(1), "a little at a time, not yet worth it");
        _ = After(Megabyte / 4);
        Assert.That(After(Megabyte / 4), Is.EqualTo(2));
    }

    [Test]
    public void What_the_start_has_left_is_given_back_however_little_it_was()
    {
        (_made, _returned) = (0, 0);
        using var memory = new MemoryReturn(_clock, () => _made, () => _returned++);
        Assert.That(After(Megabyte), Is.Zero, "it starts");
        Assert.That(After(Megabyte / 4), Is.EqualTo(1), "at rest");
        Assert.That(After(Megabyte / 4), Is.EqualTo(1));
    }

    private int After(long more)
    {
        _made += more;
        _clock.Advance(TimeSpan.FromSeconds(5));
        return _returned;
    }
}
