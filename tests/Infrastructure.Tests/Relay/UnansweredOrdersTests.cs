using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Relay.Link;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.Relay;

[TestFixture]
internal sealed class UnansweredOrdersTests
{
    private static readonly WorkerId Anna = new("anna-mac");
    private static readonly TimeSpan Worth = TimeSpan.FromSeconds(5);

    private StoppedClock _clock = null!;
    private UnansweredOrders _orders = null!;

    [SetUp]
    public void Begin()
    {
        _clock = new();
        _orders = new(Worth, _clock);
    }

    [Test]
    public void What_a_worker_has_said_nothing_about_is_told_again_in_the_order_in_which_it_was_sent()
    {
        var (first, second) = (Order(1), Order(1));
        _orders.Note(Anna, first);
        _clock.Advance(TimeSpan.FromSeconds(1));
        _orders.Note(Anna, second);
        Assert.That(_orders.Of(Anna), Is.EqualTo(new[] { first, second }));
        Assert.That(_orders.Of(new("bertas-mac")), Is.Empty);
    }

    [Test]
    public void What_the_worker_speaks_of_is_not()
    {
        var order = Order(1);
        _orders.Note(Anna, order);
        _orders.Forget(Anna, new Accepted(order.RequestId, 1));
        Assert.That(_orders.Of(Anna), Is.Empty);
    }

    [Test]
    public void A_later_attempt_takes_the_place_of_the_one_before_and_late_words_about_that_one_change_nothing()
    {
        var first = Order(1);
        var second = first with { Attempt = 2 };
        _orders.Note(Anna, first);
        _orders.Note(Anna, second);
        _orders.Forget(Anna, new Accepted(first.RequestId, 1));
        Assert.That(_orders.Of(Anna), Is.EqualTo(new[] { second }));
    }

    [Test]
    public void What_was_cancelled_is_not()
    {
        var order = Order(1);
        _orders.Note(Anna, order);
        _orders.Note(Anna, new Cancel(order.RequestId, 1));
        Assert.That(_orders.Of(Anna), Is.Empty);
    }

    [Test]
    public void What_nobody_waits_for_any_more_is_not()
    {
        _orders.Note(Anna, Order(1));
        _clock.Advance(Worth);
        Assert.That(_orders.Of(Anna), Is.Empty);
    }

    [Test]
    public void What_another_process_was_told_is_not()
    {
        _orders.Note(Anna, Order(1));
        _orders.ForgetAll(Anna);
        Assert.That(_orders.Of(Anna), Is.Empty);
    }

    private static Infer Order(int attempt) => new()
    {
        RequestId = new RequestId(Guid.CreateVersion7()),
        Attempt = attempt,
        SessionId = "a session",
        Model = "tiny",
        Messages = [],
        Budget = TimeSpan.FromMinutes(1),
    };
}
