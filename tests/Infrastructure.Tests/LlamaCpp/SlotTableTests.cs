using MeatLizard.Application.Inference;
using MeatLizard.Infrastructure.LlamaCpp;

namespace MeatLizard.Infrastructure.Tests.LlamaCpp;

internal sealed class SlotTableTests
{
    [Test]
    public async Task A_session_gets_its_slot_again()
    {
        var table = new SlotTable(3);
        _ = await UseAsync(table, "a");
        var b = await UseAsync(table, "b");
        var c = await UseAsync(table, "c");
        Assert.That(await UseAsync(table, "c"), Is.EqualTo(c));
        Assert.That(await UseAsync(table, "b"), Is.EqualTo(b));
    }

    [Test]
    public async Task A_new_session_takes_the_slot_that_was_left_alone_longest()
    {
        var table = new SlotTable(2);
        _ = await UseAsync(table, "a");
        var b = await UseAsync(table, "b");
        var a = await UseAsync(table, "a");
        Assert.That(await UseAsync(table, "c"), Is.EqualTo(b));
        Assert.That(await UseAsync(table, "a"), Is.EqualTo(a));
    }

    [Test]
    public async Task A_request_without_a_session_leaves_the_others_their_slots()
    {
        var table = new SlotTable(3);
        var a = await UseAsync(table, "a");
        var b = await UseAsync(table, "b");
        for (var i = 0; i < 5; i++)
            Assert.That(await UseAsync(table, null), Is.Not.EqualTo(a).And.Not.EqualTo(b));
    }

    [Test]
    public async Task When_all_are_busy_the_next_ones_wait_in_turn()
    {
        var table = new SlotTable(1);
        var holder = await table.TakeAsync("a", CancellationToken.None);
        var second = table.TakeAsync("b", CancellationToken.None).AsTask();
        var third = table.TakeAsync("c", CancellationToken.None).AsTask();
        Assert.That(second.IsCompleted || third.IsCompleted, Is.False);
        holder.Dispose();
        using (await second)
            Assert.That(third.IsCompleted, Is.False);
        (await third).Dispose();
        Assert.That(table.Free, Is.EqualTo(1));
    }

    [Test]
    public async Task Who_leaves_the_line_takes_no_slot_along()
    {
        var table = new SlotTable(1);
        using var cancel = new CancellationTokenSource();
        var holder = await table.TakeAsync("a", CancellationToken.None);
        var leaver = table.TakeAsync("b", cancel.Token).AsTask();
        var stayer = table.TakeAsync("c", CancellationToken.None).AsTask();
        await cancel.CancelAsync();
        Assert.That(async () => await leaver, Throws.InstanceOf<OperationCanceledException>());
        holder.Dispose();
        (await stayer).Dispose();
        Assert.That(table.Free, Is.EqualTo(1));
    }

    [Test]
    public async Task A_lease_given_back_twice_frees_one_slot()
    {
        var table = new SlotTable(1);
        var first = await table.TakeAsync("a", CancellationToken.None);
        first.Dispose();
        using var second = await table.TakeAsync("b", CancellationToken.None);
        first.Dispose();
        Assert.That(table.Free, Is.Zero);
    }

    [Test]
    public async Task A_line_too_long_is_refused()
    {
        var table = new SlotTable(1, mostWaiting: 1);
        using var holder = await table.TakeAsync("a", CancellationToken.None);
        _ = table.TakeAsync("b", CancellationToken.None).AsTask();
        Assert.That(
            async () => await table.TakeAsync("c", CancellationToken.None),
            Throws.TypeOf<EngineException>().With.Property("Code").EqualTo(EngineException.Busy));
    }

    private static async Task<int> UseAsync(SlotTable table, string? session)
    {
        using var lease = await table.TakeAsync(session, CancellationToken.None);
        return lease.Slot;
    }
}
