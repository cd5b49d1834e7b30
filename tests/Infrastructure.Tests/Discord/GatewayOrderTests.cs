using System.Text.Json;
using MeatLizard.Infrastructure.Discord.Native.Gateway;
using MeatLizard.Infrastructure.Discord.Native.Wire;

namespace MeatLizard.Infrastructure.Tests.Discord;

[TestFixture]
internal sealed class GatewayOrderTests
{
    [Test]
    public void Early_ones_wait_and_repeated_ones_are_dropped()
    {
        var order = new GatewayOrder(10, bearable: null);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Add(order, 10), Is.Empty);
            Assert.That(Add(order, 12), Is.Empty);
            Assert.That(order.Missing, Is.EqualTo(11));
            Assert.That(Add(order, 13), Is.Empty);
            Assert.That(Add(order, 11), Is.EqualTo(new[] { 11, 12, 13 }));
            Assert.That(Add(order, 12), Is.Empty);
            Assert.That((order.Last, order.Missing), Is.EqualTo((13, (long?)null)));
        }
    }

    [Test]
    public void A_number_that_never_comes_is_passed_over_once_it_is_known()
    {
        var order = new GatewayOrder(10, bearable: 11);
        order.Add(Event(13));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(order.Next(out var isAfterGap)?.S, Is.EqualTo(13));
            Assert.That(isAfterGap);
            Assert.That(Add(order, 15), Is.Empty);
            Assert.That(order.Missing, Is.EqualTo(14));
        }
    }

    [Test]
    public void So_many_cannot_wait_for_one()
    {
        var order = new GatewayOrder(0, bearable: null);
        for (var number = 2; number < 1_100; number++)
        {
            order.Add(Event(number));
        }

        Assert.That(order.IsHopeless);
    }

    private static WirePayload Event(long number) => new(0, number, "MESSAGE_CREATE", default(JsonElement));

    private static long[] Add(GatewayOrder order, long number)
    {
        order.Add(Event(number));
        var next = new List<long>();
        while (order.Next(out _) is { S: { } told })
        {
            next.Add(told);
        }

        return [.. next];
    }
}
