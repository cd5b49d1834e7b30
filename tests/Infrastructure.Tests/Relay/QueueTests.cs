using MeatLizard.Application;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Infrastructure.Tests.Relay;

/// <summary>Who waits is served in order; who waits for nothing is told so.</summary>
[TestFixture]
internal sealed class QueueTests : ScriptedFixture
{
    [Test]
    public async Task Those_who_wait_know_their_position_and_are_served_in_order()
    {
        await Worker.SayHello(slots: 1);
        List<(SessionId Session, RequestId Request)> asked = [];
        for (var i = 0; i < 5; i++)
        {
            asked.Add(await Ask($"Number {i}."));
        }

        List<RequestId> served = [];
        foreach (var _ in asked)
        {
            var order = await Worker.Hears<Infer>();
            served.Add(order.RequestId);
            await Worker.Answer(order, "Yes.");
        }

        Assert.That(served, Is.EqualTo(asked.Select(turn => turn.Request)));
        List<int> positions = [];
        foreach (var (session, request) in asked)
        {
            positions.Add(((ReplyQueued)(await OneEnd(session, request)).Events[0]).Position);
        }

        Assert.That(positions, Is.EqualTo(new[] { 0, 0, 1, 2, 3 }));
    }

    [Test]
    public async Task Whoever_comes_when_a_slot_gets_free_stands_behind_those_who_wait()
    {
        await Worker.SayHello(slots: 1);
        var first = await Ask();
        var order = await Worker.Hears<Infer>();
        var waiting = await Ask();
        var line = Host.Services.GetRequiredService<WaitingLine>();
        var bell = Host.Services.GetRequiredService<OutboxBell>();

        // The dispatcher has been there and found nobody.
        line.Redraw([]);
        bell.Ring();
        await Eventually.Is(() => line.StandsBefore(null));

        // The slot is free and the dispatcher does not know it yet, as between two instructions.
        var workers = Host.Services.GetRequiredService<IWorkerRegistry>();
        workers.Release(first.Request);
        var late = await Ask();
        bell.Ring();

        var next = await Worker.Hears<Infer>();
        Assert.That(next.RequestId, Is.EqualTo(waiting.Request));
        await Worker.Answer(order, "1");
        await Worker.Answer(next, "2");
        await Worker.Answer(await Worker.Hears<Infer>(), "3");
        await OneEnd(late.Session, late.Request);
    }

    [Test]
    public async Task Waiting_is_no_failure_and_is_never_parked()
    {
        await Worker.SayHello(slots: 1);
        var first = await Ask();
        var order = await Worker.Hears<Infer>();
        var waiting = await Ask();
        var line = Host.Services.GetRequiredService<WaitingLine>();
        var bell = Host.Services.GetRequiredService<OutboxBell>();
        for (var round = 0; round < 40; round++)
        {
            // Each round of the dispatcher draws the line anew.
            line.Redraw([]);
            bell.Ring();
            await Eventually.Is(() => line.StandsBefore(null));
        }

        await using (var scope = Host.Services.CreateAsyncScope())
        {
            var outbox = scope.ServiceProvider.GetRequiredService<IOutbox>();
            IReadOnlyList<OutboxItem> held = [];
            await Eventually.Is(async () =>
                (held = await outbox.Claim(Time.GetUtcNow(), TimeSpan.FromSeconds(5), 10, CancellationToken.None)).Count > 0);
            await outbox.GiveBack([held[0].Id], CancellationToken.None);
            Assert.That(held.Select(item => item.Tries), Is.EqualTo(new[] { 1 }));
        }

        await Worker.Answer(order, "1");
        await Worker.Answer(await Worker.Hears<Infer>(), "2");
        await OneEnd(first.Session, first.Request);
        await OneEnd(waiting.Session, waiting.Request);
    }

    [Test]
    public async Task A_stop_does_not_wait_behind_those_who_wait_for_its_slot()
    {
        await Worker.SayHello(slots: 1);
        var running = await Ask();
        await Worker.Hears<Infer>();
        List<RequestId> waiting = [];
        for (var i = 0; i < 40; i++)
        {
            waiting.Add((await Ask()).Request);
        }

        await Host.Send(new CancelRequest(running.Request));
        Assert.That((await Worker.Hears<Cancel>()).RequestId, Is.EqualTo(running.Request));
        Assert.That((await Worker.Hears<Infer>()).RequestId, Is.EqualTo(waiting[0]));
    }

    [Test]
    public async Task A_long_queue_is_served_to_its_end()
    {
        await Worker.SayHello(slots: 2);
        List<(SessionId Session, RequestId Request)> asked = [];
        for (var i = 0; i < 70; i++)
        {
            asked.Add(await Ask());
        }

        for (var i = 0; i < 70; i++)
        {
            await Worker.Answer(await Worker.Hears<Infer>(), "Yes.");
        }

        foreach (var (session, request) in asked)
        {
            Assert.That((await OneEnd(session, request)).Answer.Status, Is.EqualTo(MessageStatus.Complete));
        }
    }

    [Test]
    public async Task A_queue_for_one_model_does_not_hold_up_another()
    {
        await Worker.SayHello(slots: 1, epoch: 1, "small", "large");
        var running = await Ask();
        await Worker.Hears<Infer>();
        await Ask();
        var none = await Host.Send(new MeatLizard.Application.Conversations.OpenSession(new(null, "missing", null, null, null)));
        var turn = await Host.Say(none.Value.Id, "Who has this model?");
        var (_, events) = await OneEnd(none.Value.Id, turn.Request.Id);

        Assert.That(((ReplyFailed)events[^1]).Error.Code, Is.EqualTo("model_unavailable"));
        Assert.That((await State(running.Request)).IsOpen, Is.True);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_slot_that_another_host_knows_nothing_of_is_free_when_its_worker_is_told_to_stop(bool isAway)
    {
        await Worker.SayHello(slots: 1);
        var (session, request) = await Ask();
        await Worker.Answer(await Worker.Hears<Infer>(), "Yes.");
        await OneEnd(session, request);
        var workers = Host.Services.GetRequiredService<IWorkerRegistry>();
        await Eventually.Is(() => workers.List().Single().SlotsFree == 1);

        // As another host leaves it that has ended a request: its row is there, and the slot is still taken at this one.
        Assert.That(await workers.TryReserve(ScriptedWorker.Id, request, CancellationToken.None), Is.True);
        Worker.IsAway = isAway;
        await using var scope = Host.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<IOutbox>().Add(
            new(Guid.CreateVersion7(), OutboxTopic.Cancel, request, 1, ScriptedWorker.Id.Value, Time.GetUtcNow()));
        await scope.ServiceProvider.GetRequiredService<IUnitOfWork>().Commit(CommitDurability.Synced, CancellationToken.None);
        await Eventually.Is(() => workers.List().Single().SlotsFree == 1);
    }

    [Test]
    public async Task An_answer_that_does_not_end_is_cut_off_and_its_worker_told_so()
    {
        await Worker.SayHello();
        var (session, request) = await Ask();
        await Worker.Hears<Infer>();
        await Worker.Say(new Accepted(request, 1));
        var much = new string('x', 500_000);
        for (var i = 0; i < 9; i++)
        {
            await Worker.Say(new Chunk(request, 1, i, 0, ChunkKind.Text, much));
        }

        await Worker.Hears<Cancel>();
        var (answer, events) = await OneEnd(session, request);
        Assert.That(((ReplyFailed)events[^1]).Error.Code, Is.EqualTo("answer_endless"));
        Assert.That(answer.Text, Has.Length.LessThanOrEqualTo(AnswerLimit.Characters).And.Not.Empty);
    }

    [Test]
    public async Task Models_that_only_embed_are_none_to_chat_with()
    {
        var vectors = new ModelDescriptor { Name = "vectors", ContextSize = 1, Slots = 1, SizeBytes = 1, Embeds = true };
        await Worker.Say(new Hello { WorkerEpoch = new byte[16], Version = "1.0.0", Models = [vectors], Slots = 1 });
        var (session, request) = await Ask();
        var (_, events) = await OneEnd(session, request);
        Assert.That(((ReplyFailed)events[^1]).Error, Is.EqualTo(new MessageError("no_model", "No worker that is ready has a model to chat with. Give it one and try again.", true)));
    }

    [Test]
    public async Task Without_a_model_the_notice_comes_at_once_and_says_what_to_do()
    {
        await Worker.Say(new Hello { WorkerEpoch = new byte[16], Version = "1.0.0", Models = [], Slots = 1, Problem = "There is no model. Put a .gguf file into ./models." });
        var (session, request) = await Ask();
        var (answer, events) = await OneEnd(session, request);

        Assert.That(((ReplyFailed)events[^1]).Error, Is.EqualTo(new MessageError("no_model", "There is no model. Put a .gguf file into ./models.", true)));
        Assert.That(answer.Text, Is.Empty);
        Assert.That(answer.CreatedAt - (await State(request)).QueuedAt, Is.LessThan(TimeSpan.FromSeconds(2)));
    }

    [Test]
    public async Task Without_a_worker_a_host_that_has_just_started_waits_a_moment_for_one()
    {
        var (session, request) = await Ask();
        await Worker.SayHello();
        await Worker.Answer(await Worker.Hears<Infer>(), "Here I am.");

        Assert.That((await OneEnd(session, request)).Answer.Text, Is.EqualTo("Here I am."));
    }

    [Test]
    public async Task Without_a_worker_for_long_the_notice_comes_at_once()
    {
        Time.Advance(TimeSpan.FromMinutes(1));
        var (session, request) = await Ask();
        var (_, events) = await OneEnd(session, request);

        Assert.That(((ReplyFailed)events[^1]).Error.Code, Is.EqualTo("no_worker"));
    }

    [Test]
    public async Task What_was_queued_before_a_restart_waits_for_the_worker_after_it()
    {
        await Worker.SayHello(slots: 1);
        var running = await Ask();
        await Worker.Hears<Infer>();
        var waiting = await Ask();
        await Restart();
        Time.Advance(TimeSpan.FromMinutes(1));
        await Restart();

        // The dispatcher looks before any worker has come.
        var line = Host.Services.GetRequiredService<WaitingLine>();
        await Eventually.Is(() => line.StandsBefore(null));
        await Worker.SayHello(slots: 2, epoch: 2);
        var orders = new[] { await Worker.Hears<Infer>(), await Worker.Hears<Infer>() };
        foreach (var order in orders)
        {
            await Worker.Answer(order, "Yes.");
        }

        Assert.That((await OneEnd(running.Session, running.Request)).Answer.Status, Is.EqualTo(MessageStatus.Complete));
        Assert.That((await OneEnd(waiting.Session, waiting.Request)).Answer.Status, Is.EqualTo(MessageStatus.Complete));
    }

    [Test]
    public async Task Who_is_turned_down_is_asked_for_again()
    {
        await Worker.SayHello();
        var (session, request) = await Ask();
        await Worker.Say(new Refused(request, (await Worker.Hears<Infer>()).Attempt, "busy"));
        var again = await Worker.Hears<Infer>();
        Assert.That(again.Attempt, Is.EqualTo(2));
        await Worker.Answer(again, "Now.");

        Assert.That((await OneEnd(session, request)).Answer.Text, Is.EqualTo("Now."));
        Assert.That((await State(request)).FailedAttempts, Is.Zero);
    }

    [Test]
    public async Task Sixteen_sessions_through_two_slots_all_have_their_end()
    {
        await Worker.SayHello(slots: 2);
        var most = 0;
        var open = 0;
        var both = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var over = new CancellationTokenSource();
        var worker = Worker.Serve(
            message =>
            {
                if (message is Infer order)
                {
                    most = Math.Max(most, Interlocked.Increment(ref open));
                    if (most > 1)
                    {
                        both.TrySetResult();
                    }

                    _ = Task.Run(async () =>
                    {
                        // Nobody is so quick that the second slot is never needed.
                        await both.Task;
                        await Worker.Say([new Accepted(order.RequestId, order.Attempt), .. ScriptedWorker.Chunks(order, "One, ", "two.")]);
                        Interlocked.Decrement(ref open);
                        await Worker.Say(ScriptedWorker.End(order, "One, ", "two."));
                    });
                }

                return Task.CompletedTask;
            },
            over.Token);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            var session = await Host.OpenSession();
            for (var turn = 0; turn < 5; turn++)
            {
                var request = (await Host.Say(session, $"Turn {turn}.")).Request.Id;
                Assert.That((await OneEnd(session, request)).Answer.Text, Is.EqualTo("One, two."));
            }
        }));
        await over.CancelAsync();
        await worker;

        Assert.That(most, Is.EqualTo(2), "two slots, both in use");
    }
}
