using MeatLizard.Application;
using MeatLizard.Application.Conversations;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;
using MeatLizard.Testing.Storage;

namespace MeatLizard.Infrastructure.Tests.Storage;

internal sealed class UnitOfWorkTests(Database kind) : StoreFixture(kind)
{
    [TestCase(CommitDurability.Synced)]
    [TestCase(CommitDurability.Relaxed)]
    public async Task A_turn_is_stored_whole_whatever_the_order_of_its_writes(CommitDurability durability)
    {
        var session = await GivenSession();
        var scope = Begin();
        var (request, message) = Submit(scope, session);

        Assert.That(await Begin().Get<IMessageStore>().Find(message, Token), Is.Null, "nothing is written before the commit");
        await scope.Commit(durability);

        var other = Begin();
        Assert.That(await other.Get<IMessageStore>().Find(message, Token), Is.Not.Null);
        Assert.That((await other.Get<IRequestStore>().Find(request, Token))!.State.SessionId, Is.EqualTo(session.State.Id));
        Assert.That((await other.Get<ISessionStore>().Find(session.State.Id, Token))!.State, Is.EqualTo(session.State));
        Assert.That(await other.Get<IReplyLog>().Read(request, 0, 10, Token), Has.Count.EqualTo(1));
        Assert.That(session.StoredVersion, Is.EqualTo(session.Version));
        Assert.That(session.Events, Is.Empty);
    }

    [Test]
    public async Task A_conflict_anywhere_leaves_nothing_behind()
    {
        var session = await GivenSession();
        var stale = (await Begin().Get<ISessionStore>().Find(session.State.Id, Token))!;
        session.Close(Now);
        var winner = Begin();
        winner.Get<ISessionStore>().Save(session);
        await winner.Commit();

        var scope = Begin();
        var (request, message) = Submit(scope, stale);

        Assert.That(() => scope.Commit(), Throws.TypeOf<ConcurrencyConflictException>());
        Assert.That(await Begin().Get<IMessageStore>().Find(message, Token), Is.Null);
        Assert.That(await Begin().Get<IRequestStore>().Find(request, Token), Is.Null);
        Assert.That(await Begin().Get<IReplyLog>().Read(request, 0, 10, Token), Is.Empty);
        Assert.That(stale.StoredVersion, Is.LessThan(stale.Version));
        Assert.That(() => scope.Commit(), Throws.InvalidOperationException, "the scope must not be used again");
    }

    [Test]
    public async Task Whatever_failed_first_is_what_is_told()
    {
        var session = await GivenSession();
        var message = Plain(session.State.Id, 1);
        var one = Begin();
        one.Get<IMessageStore>().Add(message);
        await one.Commit();
        var stale = (await Begin().Get<ISessionStore>().Find(session.State.Id, Token))!;
        stale.Close(Now);
        session.Reconfigure(new("x", null, null, null, null), Now);
        var winner = Begin();
        winner.Get<ISessionStore>().Save(session);
        await winner.Commit();

        var scope = Begin();
        scope.Get<ISessionStore>().Save(stale);
        scope.Get<IMessageStore>().Add(message);

        Assert.That(() => scope.Commit(), Throws.TypeOf<ConcurrencyConflictException>());
    }

    [Test]
    public async Task A_scope_may_commit_again_and_again()
    {
        var session = await GivenSession();
        var scope = Begin();
        for (var i = 0; i < 3; i++)
        {
            session.Reconfigure(new($"title {i}", null, null, null, null), Now.AddSeconds(i));
            scope.Get<ISessionStore>().Save(session);
            await scope.Commit();
        }

        Assert.That((await scope.Get<ISessionStore>().Find(session.State.Id, Token))!.State.Title, Is.EqualTo("title 2"));
    }

    [Test]
    public async Task An_empty_commit_is_nothing() => await Begin().Commit();

    [Test]
    public async Task A_message_of_a_session_that_is_gone_comes_second_and_leaves_nothing()
    {
        var scope = Begin();
        var orphan = Plain(new(Guid.CreateVersion7()), 1);
        scope.Get<IMessageStore>().Add(orphan);

        Assert.That(() => scope.Commit(), Throws.TypeOf<ConcurrencyConflictException>());
        Assert.That(await Begin().Get<IMessageStore>().Find(orphan.Id, Token), Is.Null);
        await GivenSession();
    }

    [Test]
    public async Task A_commit_called_off_before_it_began_writes_nothing()
    {
        var session = await GivenSession();
        var scope = Begin();
        var message = Plain(session.State.Id, 1);
        scope.Get<IMessageStore>().Add(message);

        Assert.That(
            () => scope.Get<IUnitOfWork>().Commit(CommitDurability.Synced, new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await Begin().Get<IMessageStore>().Find(message.Id, Token), Is.Null);
    }

    [Test]
    public async Task Many_writers_on_two_hosts_lose_nothing()
    {
        var session = await GivenSession();
        var hosts = new[] { Storage.Services, Storage.AddHost() };
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 25; i++)
            {
                var scope = Begin(hosts[writer % 2]);
                scope.Get<IMessageStore>().Add(Plain(session.State.Id, (writer * 100) + i + 1));
                await scope.Commit(i % 2 == 0 ? CommitDurability.Synced : CommitDurability.Relaxed);
            }
        })));

        var page = await Begin().Get<IMessageStore>().List(session.State.Id, 1000, null, newestFirst: false, Token);
        Assert.That(page.Items, Has.Count.EqualTo(200));
    }

    [Test]
    public async Task Of_many_who_race_for_one_version_one_wins()
    {
        var id = (await GivenSession()).State.Id;
        var hosts = new[] { Storage.Services, Storage.AddHost() };
        var scopes = Enumerable.Range(0, 8).Select(racer => Begin(hosts[racer % 2])).ToArray();
        foreach (var scope in scopes)
        {
            Submit(scope, (await scope.Get<ISessionStore>().Find(id, Token))!);
        }

        var outcomes = await Task.WhenAll(scopes.Select(scope => Task.Run(async () =>
        {
            try
            {
                await scope.Commit();
                return true;
            }
            catch (ConcurrencyConflictException)
            {
                return false;
            }
        })));

        Assert.That(outcomes.Count(winner => winner), Is.EqualTo(1));
    }

    private static (RequestId Request, MessageId Message) Submit(Scope scope, ChatSession session)
    {
        var order = Order(session.State);
        var sequence = session.SubmitMessage(order.LeafId, order.Id, Now);
        var request = RelayRequest.Queue(order, Now);
        scope.Get<IRequestStore>().Save(request);
        scope.Get<IReplyLog>().Append(order.Id, new ReplyQueued(order.LeafId, 0) { Id = request.AddReplyEvent() });
        scope.Get<IOutbox>().Add(new(Guid.CreateVersion7(), OutboxTopic.Dispatch, order.Id, 0, null, Now));
        scope.Get<IMessageStore>().Add(Plain(session.State.Id, sequence) with { Id = order.LeafId });
        scope.Get<ISessionStore>().Save(session);
        return (order.Id, order.LeafId);
    }
}
