using MeatLizard.Application;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;
using MeatLizard.Testing.Storage;

namespace MeatLizard.Infrastructure.Tests.Storage;

internal sealed class RequestStoreTests(Database kind) : StoreFixture(kind)
{
    private static readonly AttemptTarget Anna = new(OriginKind.Worker, "anna-mac", "tiny", "00ff");

    [Test]
    public async Task A_fresh_request_comes_back_field_by_field()
    {
        var session = await GivenSession();
        var request = RelayRequest.Queue(
            Order(session.State) with
            {
                Carried = "cut off",
                Settings = new RequestSettings
                {
                    Model = "tiny",
                    SystemPrompt = "Be \"brief\" 🦎\n",
                    Options = new() { Temperature = 0.1, TopP = 0.95, MaxTokens = 7, Seed = long.MinValue, Stop = ["\n\n", "🦎"] },
                    ContextFrom = new(Guid.CreateVersion7()),
                    Continues = new(Guid.CreateVersion7()),
                    Key = new(Guid.CreateVersion7()),
                    OnlyModels = ["tiny", "org/large"],
                    HoldsQuota = true,
                },
                Deadlines = new(TimeSpan.FromTicks(12_345_678), TimeSpan.Zero, TimeSpan.FromDays(3), TimeSpan.FromMilliseconds(1.5)),
            },
            Now);

        // What is cut to the microsecond is compared with what was cut.
        Assert.That(await SavedAndFound(request), Is.EqualTo(Comparable(request.State with { Deadline = Now.AddTicks(12_345_670) })));
    }

    [Test]
    public async Task A_request_comes_back_after_every_verb_that_it_may_meet()
    {
        var request = await GivenRequest();
        List<Action> verbs =
        [
            () => request.AddReplyEvent(),
            () => request.Dispatch(Anna, 1234, Now.AddSeconds(1)),
            () => request.Decline(1, "busy", Now.AddSeconds(2)),
            () => request.Dispatch(Anna with { Model = null, Epoch = null }, 99, Now.AddSeconds(3)),
            () => request.Acknowledge(2, Now.AddSeconds(4)),
            () => request.Shorten(2, new(Guid.CreateVersion7()), Now.AddSeconds(5)),
            () => request.Dispatch(Anna, 55, Now.AddSeconds(6)),
            () => request.ReportProgress(3, Now.AddSeconds(7)),
            () => request.RecordChunks(3, [new(0, 0, ChunkKind.Reasoning, "hm"), new(1, 1, ChunkKind.Text, "Yes")], Now.AddSeconds(8)),
            () => request.AddReplyEvent(),
            () => request.RecordChunks(3, [new(2, 2, ChunkKind.ToolCall, "{}")], Now.AddSeconds(9)),
            () => request.Fail(3, new("engine_crashed", "It fell 'over'.", Retryable: false), Now.AddSeconds(10)),
        ];

        foreach (var verb in verbs)
        {
            verb();
            Assert.That(await SavedAndFound(request), Is.EqualTo(Comparable(request.State)));
        }
    }

    [Test]
    public async Task Chunks_that_come_with_other_verbs_are_stored_with_them()
    {
        var request = await GivenRequest();
        request.Dispatch(Anna, 1234, Now.AddSeconds(1));
        request.RecordChunks(1, [new(0, 0, ChunkKind.Text, "Yes")], Now.AddSeconds(2));
        request.Complete(1, Now.AddSeconds(3));

        Assert.That(await SavedAndFound(request), Is.EqualTo(Comparable(request.State)));
    }

    [Test]
    public async Task The_second_of_two_who_end_a_request_is_told_so()
    {
        var id = (await GivenRequest()).State.Id;
        var one = Begin();
        var two = Begin(Storage.AddHost());
        var first = (await one.Get<IRequestStore>().Find(id, Token))!;
        var second = (await two.Get<IRequestStore>().Find(id, Token))!;
        first.Cancel(Now);
        second.GiveUp(new("no_worker", "Nobody.", Retryable: true), Now);
        one.Get<IRequestStore>().Save(first);
        two.Get<IRequestStore>().Save(second);
        await one.Commit();

        Assert.That(() => two.Commit(), Throws.TypeOf<ConcurrencyConflictException>());
    }

    [Test]
    public async Task Overdue_requests_come_oldest_deadline_first_and_ended_ones_never()
    {
        var later = await GivenRequest();
        var sooner = await GivenRequest(request =>
        {
            request.Dispatch(Anna, 1, Now);
        });
        await GivenRequest(request => request.Cancel(Now));
        var store = Begin().Get<IRequestStore>();

        var all = (await store.Overdue(Now.AddSeconds(20), 100, Token)).Where(id => id == later.State.Id || id == sooner.State.Id);
        var dispatched = await store.Overdue(Now.AddSeconds(5), 100, Token);
        var one = await store.Overdue(Now.AddSeconds(20), 1, Token);

        Assert.That(all, Is.EqualTo(new[] { sooner.State.Id, later.State.Id }));
        Assert.That(dispatched, Does.Contain(sooner.State.Id).And.Not.Contain(later.State.Id));
        Assert.That(one, Has.Count.EqualTo(1));
        Assert.That(await store.Overdue(Now.AddSeconds(5).AddTicks(-10), 100, Token), Does.Not.Contain(sooner.State.Id));
    }

    [Test]
    public async Task A_restarted_workers_open_attempts_are_orphaned_and_no_others()
    {
        var target = Anna with { Name = "bob" };
        var lost = await GivenRequest(request => request.Dispatch(target, 1, Now));
        await GivenRequest(request => request.Dispatch(target with { Epoch = "new" }, 1, Now));
        await GivenRequest(request => request.Dispatch(target with { Kind = OriginKind.Provider, Epoch = null }, 1, Now));
        await GivenRequest(request => request.Dispatch(target with { Name = "carol" }, 1, Now));
        await GivenRequest(request =>
        {
            request.Dispatch(target, 1, Now);
            request.Cancel(Now);
        });
        await GivenRequest(request =>
        {
            request.Dispatch(target, 1, Now);
            request.Decline(1, "busy", Now);
        });

        Assert.That(
            await Begin().Get<IRequestStore>().Orphaned(new("bob"), "new", Token),
            Is.EqualTo(new[] { lost.State.Id }));
    }

    [Test]
    public async Task Those_that_wait_are_counted()
    {
        var store = Begin().Get<IRequestStore>();
        var before = await store.CountQueued(1000, Token);
        await GivenRequest();
        await GivenRequest(request => request.Dispatch(Anna, 1, Now));
        await GivenRequest(request => request.Cancel(Now));

        Assert.That(await store.CountQueued(1000, Token), Is.EqualTo(before + 1));
    }

    private static object Comparable(RelayRequestState state) => (
        state with { Settings = new RequestSettings() },
        state.Settings with { Options = state.Settings.Options with { Stop = [] }, OnlyModels = [] },
        string.Join('|', state.Settings.Options.Stop),
        string.Join('|', state.Settings.OnlyModels));

    private async Task<object> SavedAndFound(RelayRequest request)
    {
        var scope = Begin();
        scope.Get<IRequestStore>().Save(request);
        await scope.Commit(CommitDurability.Relaxed);
        var found = (await Begin().Get<IRequestStore>().Find(request.State.Id, Token))!;
        Assert.That(found.StoredVersion, Is.EqualTo(request.Version));
        return Comparable(found.State);
    }
}
