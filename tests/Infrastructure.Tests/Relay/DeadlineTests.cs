using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.Relay;

/// <summary>Whatever a worker does, or does not do, a turn has its end in time.</summary>
[TestFixture]
internal sealed class DeadlineTests : ScriptedFixture
{
    [SetUp]
    public Task Hello() => Worker.SayHello();

    [Test]
    public async Task A_silent_worker_is_asked_as_often_as_configured_and_no_more()
    {
        var (session, request) = await Ask();
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            Assert.That((await Worker.Hears<Infer>()).Attempt, Is.EqualTo(attempt));
            Time.Advance(TimeSpan.FromSeconds(6));
        }

        var (answer, events) = await OneEnd(session, request);
        Assert.That(((ReplyFailed)events[^1]).Error.Code, Is.EqualTo("not_acknowledged"));
        Assert.That((answer.Status, answer.Text), Is.EqualTo((MessageStatus.Failed, "")));
        Assert.That(events.OfType<ReplyStarted>().Select(started => started.Attempt), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task Once_another_attempt_is_made_the_first_is_not_heard()
    {
        var (session, request) = await Ask();
        var first = await Worker.Hears<Infer>();
        Time.Advance(TimeSpan.FromSeconds(6));
        var second = await Worker.Hears<Infer>();
        await Worker.Answer(first, "Too late.");
        await Worker.Answer(second, "In time.");

        Assert.That((await OneEnd(session, request)).Answer.Text, Is.EqualTo("In time."));
        Assert.That((first.Messages.Count, first.SessionId), Is.EqualTo((second.Messages.Count, second.SessionId)));
    }

    [Test]
    public async Task Progress_holds_the_first_tokens_deadline_open()
    {
        var (session, request) = await Ask();
        var order = await Worker.Hears<Infer>();
        await Worker.Say(new Accepted(request, 1));
        await Eventually.Is(async () => (await State(request)).Status == RequestStatus.Acknowledged);
        for (var i = 0; i < 5; i++)
        {
            var before = (await State(request)).Deadline;
            Time.Advance(TimeSpan.FromSeconds(40));
            await Worker.Say(new Progress(request, 1, ProgressPhase.Loading, i / 5.0));
            await Eventually.Is(async () => (await State(request)).Deadline > before);
        }

        await Worker.Say([.. ScriptedWorker.Chunks(order, "Loaded."), ScriptedWorker.End(order, "Loaded.")]);
        Assert.That((await OneEnd(session, request)).Answer.Text, Is.EqualTo("Loaded."));
        Assert.That((await State(request)).Attempt, Is.EqualTo(1));
    }

    [Test]
    public async Task Progress_that_never_ends_is_no_way_round_the_last_deadline()
    {
        var (session, request) = await Ask();
        await Worker.Hears<Infer>();
        var ended = OneEnd(session, request);
        while (!ended.IsCompleted)
        {
            await Worker.Say(new Progress(request, 1, ProgressPhase.Prompt, 0.5));
            await Eventually.Is(async () => await State(request) is { IsOpen: false } || HeldOpen(await State(request)));
            Time.Advance(TimeSpan.FromSeconds(20));
        }

        Assert.That(((ReplyFailed)(await ended).Events[^1]).Error.Code, Is.EqualTo("first_token_late"));
    }

    [Test]
    public async Task A_stream_that_stops_in_the_middle_is_ended_with_what_there_is()
    {
        var (session, request) = await Ask();
        var order = await Worker.Hears<Infer>();
        await Worker.Say([new Accepted(request, 1), ScriptedWorker.Chunks(order, "Half an ")[0]]);
        await Eventually.Is(async () => (await State(request)).Status == RequestStatus.Streaming);
        Time.Advance(TimeSpan.FromMinutes(11));
        var (answer, events) = await OneEnd(session, request);

        Assert.That(((ReplyFailed)events[^1]).Error.Code, Is.EqualTo("completion_late"));
        Assert.That((answer.Text, answer.Status), Is.EqualTo(("Half an ", MessageStatus.Failed)));
        Assert.That((await Worker.Hears<Cancel>()).RequestId, Is.EqualTo(request));
    }

    [Test]
    public async Task A_queue_that_nobody_serves_is_ended()
    {
        await Worker.SayHello(slots: 1);
        await Ask();
        var (session, request) = await Ask();
        Time.Advance(TimeSpan.FromMinutes(11));
        var (_, events) = await OneEnd(session, request);

        Assert.That(((ReplyFailed)events[^1]).Error.Code, Is.EqualTo("no_worker"));
    }

    [Test]
    public async Task An_engine_that_breaks_before_any_text_is_tried_again_and_after_some_is_not()
    {
        var (session, request) = await Ask();
        var first = await Worker.Hears<Infer>();
        await Worker.Say(new Accepted(request, 1), new Failed(request, 1, "engine_crashed", "llama-server crashed.", Retryable: true));
        var second = await Worker.Hears<Infer>();
        Assert.That((first.Attempt, second.Attempt), Is.EqualTo((1, 2)));
        await Worker.Say(
            new Accepted(request, 2),
            ScriptedWorker.Chunks(second, "Half an ")[0],
            new Failed(request, 2, "engine_crashed", "llama-server crashed.", Retryable: true, Chunks: 1));
        var (answer, _) = await OneEnd(session, request);

        Assert.That((answer.Text, answer.Error!.Code), Is.EqualTo(("Half an ", "engine_crashed")));
    }

    [Test]
    public async Task A_worker_that_comes_back_as_another_process_has_forgotten_what_it_was_at()
    {
        var early = await Ask();
        var late = await Ask();
        await Worker.Hears<Infer>();
        var order = await Worker.Hears<Infer>();
        await Worker.Say([new Accepted(late.Request, 1), ScriptedWorker.Chunks(order, "Half an ")[0]]);
        await Eventually.Is(async () => (await State(late.Request)).Status == RequestStatus.Streaming);
        await Worker.SayHello(epoch: 2);

        var (answer, _) = await OneEnd(late.Session, late.Request);
        Assert.That((answer.Text, answer.Error!.Code), Is.EqualTo(("Half an ", "worker_restarted")));
        var again = await Worker.Hears<Infer>();
        Assert.That((again.RequestId, again.Attempt), Is.EqualTo((early.Request, 2)));
        await Worker.Answer(again, "Whole.");
        Assert.That((await OneEnd(early.Session, early.Request)).Answer.Text, Is.EqualTo("Whole."));
    }

    private bool HeldOpen(RelayRequestState state) =>
        state.Deadline == state.CompleteBy || state.Deadline > Time.GetUtcNow() + TimeSpan.FromSeconds(30);
}
