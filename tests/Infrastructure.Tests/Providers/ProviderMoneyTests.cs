using MeatLizard.Infrastructure.Providers;

namespace MeatLizard.Infrastructure.Tests.Providers;

internal sealed class ProviderMoneyTests
{
    private static readonly DateTimeOffset LastMoment = new(2026, 12, 31, 23, 59, 59, TimeSpan.Zero);

    [TestCase(3, 15, 1_000, 200, 6_000_000)]
    [TestCase(0.075, 0.3, 1, 1, 375)]
    [TestCase(0.000001, 0, 500, 0, 0)]
    [TestCase(0.000001, 0, 1_500, 0, 2)]
    [TestCase(1_000_000, 1_000_000, 1_000_000, 1_000_000, 2_000_000_000_000_000)]
    public void Prices_of_a_million_tokens_become_billionths(double input, double output, int prompt, int completion, long billionths)
    {
        var options = new ProviderOptions { InputPrice = (decimal)input, OutputPrice = (decimal)output, Currency = "EUR" };
        Assert.That(
            ProviderMoney.Cost("cloud", options, new(prompt, completion), LastMoment),
            Is.EqualTo(new Application.Relay.Providers.ProviderCharge("cloud", "2026-12", "EUR", billionths)));
    }

    [Test]
    public void Without_a_price_nobody_knows() =>
        Assert.That(ProviderMoney.Cost("cloud", new ProviderOptions(), new(1, 1), LastMoment), Is.Null);

    [Test]
    public void A_month_is_one_of_the_calendar_in_UTC()
    {
        var here = new DateTimeOffset(2027, 1, 1, 0, 30, 0, TimeSpan.FromHours(1));
        Assert.That(ProviderMoney.Month(here), Is.EqualTo("2026-12"));
        Assert.That(ProviderMoney.NextMonth(here), Is.EqualTo(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        Assert.That(ProviderMoney.NextMonth(new(2027, 1, 15, 0, 0, 0, TimeSpan.Zero)), Is.EqualTo(new DateTimeOffset(2027, 2, 1, 0, 0, 0, TimeSpan.Zero)));
    }
}
