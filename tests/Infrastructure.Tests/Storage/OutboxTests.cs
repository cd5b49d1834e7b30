using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Testing.Storage;

namespace MeatLizard.Infrastructure.Tests.Storage;

internal sealed class OutboxTests(Database kind) : StoreFixture(kind)
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    // Claims take whatever is due: every test needs the outbox to itself.
    [SetUp]
    public async Task Empty()
    {
        while (await Begin().Get<IOutbox>().Claim(Now.AddYears(10), TimeSpan.Zero, 1000, Token) is { Count: > 0 } left)
        {
            var scope = Begin();
            foreach (var item in left)
            {
                scope.Get<IOutbox>().Remove(item.Id);
            }

            await scope.Commit();
        }
    }

    [Test]
    public async Task An_item_comes_back_field_by_field_and_counts_its_tries()
    {
        var item = new OutboxItem(Guid.CreateVersion7(), OutboxTopic.Cancel, new(Guid.CreateVersion7()), 2, "anna", Now);
        await Add(item);

        Assert.That(await Claim(Now), Is.EqualTo(new[] { item with { Tries = 1 } }));
    }

    [Test]
    public async Task Due_items_come_oldest_first_up_to_the_limit_and_each_once()
    {
        var items = Enumerable.Range(0, 5).Select(_ => Item()).ToArray();
        await Add([.. items.Reverse(), Item(Now.AddTicks(10))]);

        var first = await Claim(Now, limit: 3);
        var second = await Claim(Now, limit: 3);

        Assert.That(first.Concat(second).Select(item => item.Id), Is.EqualTo(items.Select(item => item.Id)));
        Assert.That(await Claim(Now), Is.Empty);
    }

    [Test]
    public async Task A_host_that_dies_gives_its_items_back_when_the_lease_ends()
    {
        await Add(Item());
        await Claim(Now);

        Assert.That(await Claim(Now + Lease - TimeSpan.FromMicroseconds(1)), Is.Empty);
        Assert.That((await Claim(Now + Lease)).Select(item => item.Tries), Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public async Task Hosts_that_claim_at_once_never_get_the_same_item()
    {
        await Add([.. Enumerable.Range(0, 200).Select(_ => Item())]);
        var hosts = new[] { Storage.Services, Storage.AddHost(), Storage.AddHost(), Storage.AddHost() };

        var claimed = await Task.WhenAll(hosts.Select(host => Task.Run(async () =>
        {
            List<Guid> mine = [];
            while (await Begin(host).Get<IOutbox>().Claim(Now, Lease, 7, Token) is { Count: > 0 } items)
            {
                mine.AddRange(items.Select(item => item.Id));
            }

            return mine;
        })));

        Assert.That(claimed.SelectMany(ids => ids).ToArray(), Has.Length.EqualTo(200).And.Unique);
    }

    [Test]
    public async Task A_postponed_item_waits_and_is_free_again()
    {
        var item = Item();
        await Add(item);
        await Claim(Now);
        await Begin().Get<IOutbox>().Postpone(item.Id, Now.AddSeconds(2), Token);

        Assert.That(await Claim(Now.AddSeconds(1)), Is.Empty);
        Assert.That(await Claim(Now.AddSeconds(2)), Is.EqualTo(new[] { item with { Tries = 2, DueAt = Now.AddSeconds(2) } }));
    }

    [Test]
    public async Task A_parked_item_is_not_claimed()
    {
        var item = Item();
        await Add(item);
        await Claim(Now);
        await Begin().Get<IOutbox>().Park(item.Id, "InvalidOperationException", Token);

        Assert.That(await Claim(Now.AddYears(1)), Is.Empty);
        Assert.That(await NextDue(), Is.Null);
    }

    [Test]
    public async Task A_removed_item_is_gone_and_removing_it_again_is_nothing()
    {
        var item = Item();
        await Add(item);
        for (var i = 0; i < 2; i++)
        {
            var scope = Begin();
            scope.Get<IOutbox>().Remove(item.Id);
            await scope.Commit();
        }

        Assert.That(await Claim(Now), Is.Empty);
    }

    [Test]
    public async Task The_next_due_time_is_the_first_at_which_something_can_be_claimed()
    {
        Assert.That(await NextDue(), Is.Null);
        var held = Item();
        await Add(held, Item(Now.AddHours(1)));

        Assert.That(await NextDue(), Is.EqualTo(Now));
        await Claim(Now);
        Assert.That(await NextDue(), Is.EqualTo(Now + Lease), "the lease may end unfulfilled");
        await Begin().Get<IOutbox>().Postpone(held.Id, Now.AddHours(2), Token);
        Assert.That(await NextDue(), Is.EqualTo(Now.AddHours(1)));
    }

    private OutboxItem Item(DateTimeOffset? due = null) =>
        new(NewId(), OutboxTopic.Dispatch, new RequestId(Guid.CreateVersion7()), 0, null, due ?? Now);

    private async Task<IReadOnlyList<OutboxItem>> Claim(DateTimeOffset now, int limit = 100) =>
        await Begin().Get<IOutbox>().Claim(now, Lease, limit, Token);

    private Task<DateTimeOffset?> NextDue() => Begin().Get<IOutbox>().NextDue(Token);

    private async Task Add(params OutboxItem[] items)
    {
        var scope = Begin();
        Array.ForEach(items, scope.Get<IOutbox>().Add);
        await scope.Commit();
    }
}
