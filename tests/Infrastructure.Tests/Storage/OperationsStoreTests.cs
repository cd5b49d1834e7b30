using MeatLizard.Application.Operations;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Operations;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.Infrastructure.Storage.Stores;
using MeatLizard.Testing.Storage;

namespace MeatLizard.Infrastructure.Tests.Storage;

internal sealed class OperationsStoreTests(Database kind) : StoreFixture(kind)
{
    private static readonly AttemptTarget Anna = new(OriginKind.Worker, "anna-mac", "tiny", "00ff");

    [Test]
    public async Task An_audit_entry_comes_back_and_is_settled_once()
    {
        var entry = new AuditEntry
        {
            Id = NewId(),
            At = Now.AddYears(5),
            Provider = "discord",
            Subject = "1000000000000000021",
            Name = "Ölga",
            Place = "1000000000000000001",
            Action = "admin drain",
            Target = "anna-mac",
        };
        await Write(log => log.Add(entry));
        Assert.That(await Latest(), Is.EqualTo(entry));

        await Write(log => log.Settle(entry.Id, AuditOutcome.Refused, "not_found"));
        await Write(log => log.Settle(entry.Id, AuditOutcome.Done, null));
        Assert.That(await Latest(), Is.EqualTo(entry with { Outcome = AuditOutcome.Refused, Code = "not_found" }));

        var second = entry with { Id = NewId(), At = entry.At.AddMicroseconds(1) };
        await Write(log => log.Add(second));
        var page = await Begin().Get<IAuditLog>().List(1, null, Token);
        Assert.That(page.Items, Is.EqualTo(new[] { second }));
        Assert.That((await Begin().Get<IAuditLog>().List(1, page.NextCursor, Token)).Items[0].Id, Is.EqualTo(entry.Id));

        async Task Write(Action<IAuditLog> write)
        {
            var scope = Begin();
            write(scope.Get<IAuditLog>());
            await scope.Commit();
        }

        async Task<AuditEntry> Latest() => (await Begin().Get<IAuditLog>().Latest(1, Token))[0];
    }

    [Test]
    public async Task Waiting_times_are_those_of_the_requests_that_ended_in_the_time_asked_for()
    {
        // Later than anything that other tests store.
        var since = Now.AddYears(10);
        Assert.That(await Begin().Get<IFigures>().Answers(since, Token), Is.EqualTo(new AnswerFigures(0, 0, null, null)));

        for (var seconds = 1; seconds <= 20; seconds++)
        {
            await Answered(TimeSpan.FromSeconds(seconds), since.AddSeconds(seconds));
        }

        await Answered(TimeSpan.FromSeconds(500), since.AddSeconds(-1));
        _ = await GivenRequest(request =>
        {
            request.Dispatch(Anna, 1, since);
            request.Fail(1, new("engine_crashed", "It fell over.", Retryable: false), since);
        });
        _ = await GivenRequest(request => request.Cancel(since));

        var figures = await Begin().Get<IFigures>().Answers(since, Token);
        Assert.That(figures, Is.EqualTo(new AnswerFigures(22, 1, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(19))));
    }

    [Test]
    public async Task The_queue_tells_who_waits_and_since_when()
    {
        var before = await Begin().Get<IFigures>().Queue(Token);
        _ = await GivenRequest();
        _ = await GivenRequest(request => request.Dispatch(Anna, 1, Now));

        var after = await Begin().Get<IFigures>().Queue(Token);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(after.Queued - before.Queued, Is.EqualTo(1));
            Assert.That(after.Running - before.Running, Is.EqualTo(1));
            Assert.That(after.OldestQueuedAt, Is.EqualTo(Now));
        }
    }

    [Test]
    public async Task A_minute_has_one_row_and_old_ones_go()
    {
        var dialect = Begin().Get<IDialect>();
        var sample = new MetricSample(Now, new(1, 2, Now, 3, 4), new(5, 6, TimeSpan.FromMilliseconds(7), null), 8, 9, 10, 11.5);
        foreach (var (at, workers) in new[] { (Now, 8), (Now, 99), (Now.AddDays(-30), 1), (Now.AddDays(-31), 1) })
        {
            var scope = Begin();
            scope.Get<IMetricHistory>().Add(sample with { At = at, Workers = workers });
            await scope.Commit();
        }

        var cleaning = Begin();
        cleaning.Get<IMetricHistory>().RemoveBefore(Now.AddDays(-30));
        await cleaning.Commit();
        Assert.That(
            await dialect.Read<long>(new("", "SELECT CAST(workers AS bigint) FROM metric_sample ORDER BY at"), Token), Is.EqualTo(new long[] { 1, 8 }));
        Assert.That(
            await dialect.Read<long>(new("", "SELECT first_token_p50 FROM metric_sample WHERE workers = 8"), Token), Is.EqualTo(new long[] { 7000 }));
    }

    [Test]
    public async Task A_bots_notes_are_kept_replaced_and_forgotten()
    {
        var notes = new DiscordNotes(Begin().Get<IDialect>());
        await notes.Keep("a", "1", Token);
        await notes.Keep("b", "2", Token);
        await notes.Keep("a", "3", Token);
        await notes.Forget("b", Token);
        Assert.That(await notes.All(Token), Is.EquivalentTo(new Dictionary<string, string> { ["a"] = "3" }));
    }

    private Task<RelayRequest> Answered(TimeSpan wait, DateTimeOffset ended) => GivenRequest(request =>
    {
        request.Dispatch(Anna, 1, Now);
        request.Acknowledge(1, Now);
        request.RecordChunks(1, [new(0, 0, ChunkKind.Text, "Yes")], Now + wait);
        request.Complete(1, ended);
    });
}
