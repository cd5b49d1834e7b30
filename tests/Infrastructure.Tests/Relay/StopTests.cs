using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.Relay;

/// <summary>Stop, at whatever moment: one end, what has arrived is kept and labelled, and the worker hears of it.</summary>
[TestFixture]
internal sealed class StopTests : ScriptedFixture
{
    [SetUp]
    public Task Hello() => Worker.SayHello(slots: 1);

    [Test]
    public async Task While_it_waits_nobody_need_be_told()
    {
        var running = await Ask();
        var order = await Worker.Hears<Infer>();
        var waiting = await Ask();
        await Host.Send(new CancelRequest(waiting.Request));
        var (answer, events) = await OneEnd(waiting.Session, waiting.Request);
        await Worker.Answer(order, "Yes.");
        await OneEnd(running.Session, running.Request);

        Assert.That((answer.Status, answer.Text), Is.EqualTo((MessageStatus.Cancelled, "")));
        Assert.That(events.Select(happened => happened.GetType()), Is.EqualTo(new[] { typeof(ReplyQueued), typeof(ReplyCancelled) }));
        Assert.That(Worker.HasHeard<Infer>(), Is.False, "what was stopped in the queue is not given out when its turn comes");
    }

    [Test]
    public async Task Before_the_worker_has_said_anything()
    {
        var (session, request) = await Ask();
        await Worker.Hears<Infer>();
        await Stopped(session, request, "");
    }

    [Test]
    public async Task While_the_model_is_loading()
    {
        var (session, request) = await Ask();
        await Worker.Hears<Infer>();
        await Worker.Say(new Accepted(request, 1), new Progress(request, 1, ProgressPhase.Loading, 0.3));
        await Eventually.Is(async () => (await State(request)).Status == RequestStatus.Acknowledged);
        await Stopped(session, request, "");
    }

    [Test]
    public async Task In_the_middle_of_the_text()
    {
        var (session, request) = await Ask();
        var order = await Worker.Hears<Infer>();
        await Worker.Say([new Accepted(request, 1), ScriptedWorker.Chunks(order, "Half an ")[0]]);
        await Eventually.Is(async () => (await State(request)).Status == RequestStatus.Streaming);
        await Stopped(session, request, "Half an ");
    }

    [Test]
    public async Task Twice_is_once()
    {
        var (session, request) = await Ask();
        await Worker.Hears<Infer>();
        var states = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Host.Send(new CancelRequest(request))));
        Assert.That(states.Select(state => state.Value.Status), Is.All.EqualTo(RequestStatus.Cancelled));
        await Stopped(session, request, "");
    }

    [Test]
    public async Task After_the_end_it_changes_nothing()
    {
        var (session, request) = await Ask();
        await Worker.Answer(await Worker.Hears<Infer>(), "Whole.");
        var (before, _) = await OneEnd(session, request);
        Assert.That((await Host.Send(new CancelRequest(request))).Value.Status, Is.EqualTo(RequestStatus.Completed));

        Assert.That((await OneEnd(session, request)).Answer.Text, Is.EqualTo(before.Text));
    }

    [Test]
    public async Task At_the_same_moment_as_the_answer_ends_one_of_the_two_wins()
    {
        var random = new Random(715);
        var won = new Dictionary<MessageStatus, int> { [MessageStatus.Complete] = 0, [MessageStatus.Cancelled] = 0 };
        string[] text = ["One, ", "two, ", "three."];
        for (var round = 0; round < 120; round++)
        {
            var (session, request) = await Ask();
            var order = await Worker.Hears<Infer>();
            var (spins, first) = (random.Next(1_000_000), random.Next(2) == 0);
            var answering = Task.Run(async () =>
            {
                Thread.SpinWait(first ? spins : 0);
                await Worker.Answer(order, text);
            });
            var stopping = Task.Run(async () =>
            {
                Thread.SpinWait(first ? 0 : spins);
                return await Host.Send(new CancelRequest(request));
            });
            await Task.WhenAll(answering, stopping);
            var (answer, _) = await OneEnd(session, request);
            won[answer.Status]++;

            Assert.That(string.Concat(text), Does.StartWith(answer.Text));
            Assert.That((await stopping).Value.IsOpen, Is.False);
        }

        TestContext.Out.WriteLine($"{won[MessageStatus.Complete]} completed, {won[MessageStatus.Cancelled]} cancelled");
    }

    private async Task Stopped(SessionId session, RequestId request, string text)
    {
        await Host.Send(new CancelRequest(request));
        Assert.That(await Worker.Hears<Cancel>(), Is.EqualTo(new Cancel(request, 1)));
        var (answer, events) = await OneEnd(session, request);

        Assert.That((answer.Status, answer.Text), Is.EqualTo((MessageStatus.Cancelled, text)));
        Assert.That(events[^1], Is.InstanceOf<ReplyCancelled>());

        // The slot is free again.
        var next = await Ask();
        await Worker.Answer(await Worker.Hears<Infer>(), "Next.");
        await OneEnd(next.Session, next.Request);
    }
}
