using MeatLizard.Application;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;
using MeatLizard.Testing.Storage;

namespace MeatLizard.Infrastructure.Tests.Storage;

internal sealed class ReplyLogTests(Database kind) : StoreFixture(kind)
{
    [Test]
    public async Task Every_kind_of_event_comes_back_as_it_was()
    {
        var request = new RequestId(Guid.CreateVersion7());
        var message = new MessageId(Guid.CreateVersion7());
        ReplyEvent[] events =
        [
            new ReplyQueued(message, 3) { Id = 1 },
            new ReplyStarted(1, new(OriginKind.Worker, "anna", "tiny")) { Id = 2 },
            new ReplyStarted(2, new(OriginKind.Fallback, "markov", null)) { Id = 3 },
            new ReplyNotice("context_trimmed", "\"quoted\" 🦎") { Id = 4 },
            new ReplyDelta(1, 0, ChunkKind.Reasoning, 0, "") { Id = 5 },
            new ReplyDelta(1, 1, ChunkKind.Text, 7, "🦎 \uFFFF \0 <b>'&\\\" \u2028") { Id = 6 },
            new ReplyDelta(1, 2, ChunkKind.ToolCall, 0, "{\"id\":1}") { Id = 7 },
            new ReplyCompleted(message) { Id = 8 },
            new ReplyFailed(message, new("engine_crashed", "It fell over.", Retryable: true)) { Id = 9 },
            new ReplyCancelled(message) { Id = 10 },
        ];
        await Append(request, events);
        var log = Begin().Get<IReplyLog>();

        Assert.That(await log.Read(request, 0, 100, Token), Is.EqualTo(events));
        Assert.That(await log.Read(request, 3, 4, Token), Is.EqualTo(events[3..7]));
        Assert.That(await log.Read(request, 10, 4, Token), Is.Empty);
    }

    [Test]
    public async Task An_event_is_told_once()
    {
        var request = new RequestId(Guid.CreateVersion7());
        await Append(request, new ReplyCompleted(new(Guid.CreateVersion7())) { Id = 1 });

        Assert.That(() => Append(request, new ReplyCancelled(new(Guid.CreateVersion7())) { Id = 1 }), DuplicateIn("reply_event"));
    }

    [Test]
    public async Task Of_requests_that_ended_long_ago_the_last_event_stays()
    {
        var old = await GivenRequest(request => request.Cancel(Now));
        var young = await GivenRequest(request => request.Cancel(Now.AddHours(1)));
        var open = await GivenRequest();
        foreach (var request in new[] { old, young, open })
        {
            await Append(
                request.State.Id,
                new ReplyQueued(new(Guid.CreateVersion7()), 0) { Id = 1 },
                new ReplyDelta(1, 0, ChunkKind.Text, 0, "x") { Id = 2 },
                new ReplyCancelled(new(Guid.CreateVersion7())) { Id = 3 });
        }

        var log = Begin().Get<IReplyLog>();
        var forgotten = await log.Compact(Now.AddMinutes(1), Token);
        var again = await log.Compact(Now.AddMinutes(1), Token);

        Assert.That((forgotten, again), Is.EqualTo((2, 0)));
        Assert.That((await log.Read(old.State.Id, 0, 10, Token)).Select(happened => happened.Id), Is.EqualTo(new[] { 3L }));
        Assert.That(await log.Read(young.State.Id, 0, 10, Token), Has.Count.EqualTo(3));
        Assert.That(await log.Read(open.State.Id, 0, 10, Token), Has.Count.EqualTo(3));
    }

    private async Task Append(RequestId request, params ReplyEvent[] events)
    {
        var scope = Begin();
        foreach (var happened in events)
        {
            scope.Get<IReplyLog>().Append(request, happened);
        }

        await scope.Commit(CommitDurability.Relaxed);
    }
}
