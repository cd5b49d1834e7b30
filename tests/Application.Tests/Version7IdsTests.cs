namespace MeatLizard.Application.Tests;

[TestFixture]
internal sealed class Version7IdsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void Their_order_is_that_of_their_drawing_also_in_one_millisecond()
    {
        var ids = new Version7Ids(new StoppedTime(Noon));
        var drawn = Enumerable.Range(0, 10_000).Select(_ => ids.NewId()).ToArray();
        Assert.That(drawn, Is.Ordered.And.Unique);
    }

    [Test]
    public void A_clock_that_steps_back_does_not_turn_the_order_round()
    {
        var time = new StoppedTime(Noon);
        var ids = new Version7Ids(time);
        var before = ids.NewId();
        time.Now -= TimeSpan.FromHours(1);
        Assert.That(ids.NewId(), Is.GreaterThan(before));
    }

    [Test]
    public void They_say_their_version_their_variant_and_the_time()
    {
        var ids = new Version7Ids(new StoppedTime(Noon));
        for (var i = 0; i < 200; i++)
        {
            var id = ids.NewId();
            Assert.That((id.Version, id.Variant & 0xC), Is.EqualTo((7, 0x8)));
            Assert.That($"{id:N}"[..12], Is.EqualTo($"{Noon.ToUnixTimeMilliseconds():x12}"));
        }
    }

    [Test]
    public void Those_who_draw_at_once_never_draw_the_same()
    {
        var ids = new Version7Ids(TimeProvider.System);
        var drawn = new Guid[20_000];
        Parallel.For(0, drawn.Length, i => drawn[i] = ids.NewId());
        Assert.That(drawn, Is.Unique);
    }
}
