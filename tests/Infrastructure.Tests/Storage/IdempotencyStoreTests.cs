using System.Diagnostics;
using MeatLizard.Application;
using MeatLizard.Application.Conversations;
using MeatLizard.Domain.Identity;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.Testing.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Infrastructure.Tests.Storage;

internal sealed class IdempotencyStoreTests(Database kind) : StoreFixture(kind)
{
    [Test]
    public async Task A_record_comes_back_under_its_key_alone()
    {
        var record = Record("key '🦎'", await GivenUser());
        await Add(record);
        var store = Begin().Get<IIdempotencyStore>();

        Assert.That(await store.Find(record.UserId, record.Scope, record.Key, Token), Is.EqualTo(record));
        Assert.That(await store.Find(record.UserId, record.Scope, "other", Token), Is.Null);
        Assert.That(await store.Find(record.UserId, "POST /other", record.Key, Token), Is.Null);
        Assert.That(await store.Find(new(Guid.CreateVersion7()), record.Scope, record.Key, Token), Is.Null);
    }

    [Test]
    public async Task A_twin_is_told_that_it_is_one_even_if_a_version_has_moved_on_too()
    {
        var session = await GivenSession();
        var stale = (await Begin().Get<ISessionStore>().Find(session.State.Id, Token))!;
        var record = Record("twin", session.State.OwnerId);
        var one = Begin();
        session.Close(Now);
        one.Get<ISessionStore>().Save(session);
        one.Get<IIdempotencyStore>().Add(record);
        await one.Commit();

        var two = Begin();
        stale.Close(Now);
        two.Get<ISessionStore>().Save(stale);
        two.Get<IIdempotencyStore>().Add(record);

        Assert.That(() => two.Commit(), DuplicateIn("idempotency_key"));
    }

    [Test]
    public async Task Old_records_are_forgotten()
    {
        var user = await GivenUser();
        await Add(Record("old", user) with { CreatedAt = Now.AddDays(-2) });
        await Add(Record("young", user));

        Assert.That(await Begin().Get<IIdempotencyStore>().RemoveBefore(Now.AddDays(-1), Token), Is.EqualTo(1));
        Assert.That(await Begin().Get<IIdempotencyStore>().Find(user, "POST /sessions", "old", Token), Is.Null);
        Assert.That(await Begin().Get<IIdempotencyStore>().Find(user, "POST /sessions", "young", Token), Is.Not.Null);
    }

    [Test]
    public async Task A_twin_waits_for_one_that_is_under_way_but_not_for_ever()
    {
        var record = Record("slow", await GivenUser());
        var slow = Storage.AddHost().GetRequiredService<IDialect>();
        var held = new TaskCompletionSource();
        var letGo = new TaskCompletionSource();
        var first = Task.Run(() => slow.Migrate(
            async transaction =>
            {
                await transaction.Execute(Insert(record), Token);
                held.SetResult();
                await letGo.Task;
            },
            Token));
        await held.Task;

        var clock = Stopwatch.StartNew();
        Assert.That(() => Add(record), Throws.TypeOf<LockTimeoutException>());
        Assert.That(clock.Elapsed, Is.InRange(TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(9)));

        var twin = Task.Run(() => Add(record));
        letGo.SetResult();
        await first;
        Assert.That(() => twin, DuplicateIn("idempotency_key"));
    }

    private static Statement Insert(IdempotencyRecord record) => new(
        "idempotency_key",
        """
        INSERT INTO idempotency_key (user_id, scope, request_key, fingerprint, result, created_at)
        VALUES (@user, @scope, @key, '', '', @at)
        """,
        ("@user", record.UserId.Value),
        ("@scope", record.Scope),
        ("@key", record.Key),
        ("@at", record.CreatedAt));

    private static IdempotencyRecord Record(string key, UserId user) =>
        new(user, "POST /sessions", key, new string('a', 64), Guid.CreateVersion7().ToString(), Now);

    private async Task Add(IdempotencyRecord record)
    {
        var scope = Begin();
        scope.Get<IIdempotencyStore>().Add(record);
        await scope.Commit();
    }
}
