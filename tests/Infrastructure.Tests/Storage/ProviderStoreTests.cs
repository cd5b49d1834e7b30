using MeatLizard.Application;
using MeatLizard.Application.Operations;
using MeatLizard.Application.Relay.Providers;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;
using MeatLizard.Testing.Storage;

namespace MeatLizard.Infrastructure.Tests.Storage;

internal sealed class ProviderStoreTests(Database kind) : StoreFixture(kind)
{
    [Test]
    public async Task What_an_admin_says_comes_back_is_replaced_and_forgotten()
    {
        var full = new ProviderSetting
        {
            Name = "cloud",
            Draft = new()
            {
                Kind = "Anthropic",
                BaseUrl = "https://api.example.org/v1",
                Models = ["large", "small"],
                Thinking = "2048",
                Patience = TimeSpan.FromSeconds(12.5),
                Order = 3,
                InputPrice = 0.000001m,
                OutputPrice = 999999.999999m,
                Currency = "EUR",
                MonthlyBudget = 12.50m,
            },
            SealedKey = [1, 2, 3],
            ChangedAt = Now,
        };
        await Write(settings => settings.Save(full));
        var read = await Read("cloud");
        Assert.That(read!.Draft with { Models = full.Draft.Models }, Is.EqualTo(full.Draft));
        Assert.That((read.Draft.Models, read.SealedKey, read.ChangedAt), Is.EqualTo((full.Draft.Models, full.SealedKey, full.ChangedAt)));

        var bare = new ProviderSetting { Name = "cloud", Draft = new(), ChangedAt = Now.AddHours(1) };
        await Write(settings => settings.Save(bare));
        Assert.That(await Read("cloud"), Is.EqualTo(bare));

        await Write(settings => settings.Remove("cloud"));
        Assert.That(await Read("cloud"), Is.Null);
    }

    [Test]
    public async Task What_is_spent_at_the_same_time_adds_up_exactly()
    {
        await Task.WhenAll(Enumerable.Range(1, 40).Select(async amount =>
        {
            var scope = Begin();
            scope.Get<IProviderSpending>().Add(new("busy", "2026-11", "EUR", amount));
            await scope.Commit();
        }));
        await Spend(new("busy", "2026-11", "USD", 7));
        await Spend(new("busy", "2026-12", "EUR", 9));
        Assert.That(
            (await Begin().Get<IProviderSpending>().List("2026-11", Token)).Where(charge => charge.Provider == "busy"),
            Is.EquivalentTo(new ProviderCharge[] { new("busy", "2026-11", "EUR", 820), new("busy", "2026-11", "USD", 7) }));
    }

    [Test]
    public async Task An_answer_that_is_counted_already_costs_nothing_more()
    {
        var request = new RequestId(NewId());
        var user = await GivenUser();
        async Task Bill()
        {
            var scope = Begin();
            scope.Get<IUsageLog>().Add(new(request, user, "large", new TokenUsage(1, 2), Now));
            scope.Get<IProviderSpending>().Add(new("once", "2026-11", "EUR", 5));
            await scope.Commit();
        }

        await Bill();
        Assert.That(Bill, Throws.TypeOf<DuplicateException>());
        Assert.That(
            (await Begin().Get<IProviderSpending>().List("2026-11", Token)).Single(charge => charge.Provider == "once").Billionths, Is.EqualTo(5));
    }

    private async Task Spend(ProviderCharge charge)
    {
        var scope = Begin();
        scope.Get<IProviderSpending>().Add(charge);
        await scope.Commit();
    }

    private async Task Write(Action<IProviderSettings> write)
    {
        var scope = Begin();
        write(scope.Get<IProviderSettings>());
        await scope.Commit();
    }

    private async Task<ProviderSetting?> Read(string name) =>
        (await Begin().Get<IProviderSettings>().List(Token)).FirstOrDefault(setting => setting.Name == name);
}
