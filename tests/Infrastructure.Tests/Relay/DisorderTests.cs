using MeatLizard.Application;
using MeatLizard.Application.Conversations;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Infrastructure.Tests.Relay;

/// <summary>Whatever becomes of a worker's messages on their way, a turn has its text once and one end.</summary>
[TestFixture]
internal sealed class DisorderTests : ScriptedFixture
{
    private static readonly string[] Text = ["One, ", "two, ", "three, ", "four."];

    private readonly FaultyCommits _faults = new();

    [SetUp]
    public Task Hello() => Worker.SayHello();

    [Test]
    public async Task Repeated_and_reordered_chunks_give_the_text_once()
    {
        var random = new Random(2026);
        for (var round = 0; round < 20; round++)
        {
            var (session, request) = await Ask();
            var order = await Worker.Hears<Infer>();
            var chunks = ScriptedWorker.Chunks(order, Text);
            ToServer[] said = [new Accepted(request, 1), .. chunks, .. chunks, ScriptedWorker.End(order, Text), ScriptedWorker.End(order, Text)];
            random.Shuffle(said);
            await Worker.Say(said);
            var (answer, _) = await OneEnd(session, request);

            Assert.That(answer.Text, Is.EqualTo("One, two, three, four."));
            Assert.That(answer.Status, Is.EqualTo(MessageStatus.Complete));
        }
    }

    [Test]
    public async Task A_lost_chunk_is_asked_for()
    {
        var (session, request) = await Ask();
        var order = await Worker.Hears<Infer>();
        var chunks = ScriptedWorker.Chunks(order, Text);
        await Worker.Say(new Accepted(request, 1), chunks[0], chunks[2]);
        var resend = await Worker.Hears<Resend>();
        Assert.That(resend.From, Is.EqualTo(1));
        await Worker.Say([.. chunks[1..], ScriptedWorker.End(order, Text)]);

        Assert.That((await OneEnd(session, request)).Answer.Text, Is.EqualTo("One, two, three, four."));
    }

    [Test]
    public async Task One_gap_is_asked_for_once_and_again_when_nothing_comes()
    {
        var (session, request) = await Ask();
        var order = await Worker.Hears<Infer>();
        var texts = Enumerable.Range(0, 50).Select(i => $"{i} ").ToArray();
        var chunks = ScriptedWorker.Chunks(order, texts);
        await Worker.Say(new Accepted(request, 1), chunks[0]);
        foreach (var late in chunks[2..])
        {
            await Worker.Say(late);
        }

        await Worker.Say(ScriptedWorker.End(order, texts));
        var first = await Worker.Hears<Resend>();
        var again = await Worker.Hears<Resend>();
        Assert.That((first.From, again.From), Is.EqualTo((1, 1)));
        Assert.That(Worker.HasHeard<Resend>(), Is.False, "forty-nine chunks after the gap are no forty-nine questions");
        await Worker.Say(chunks[1]);

        Assert.That((await OneEnd(session, request)).Answer.Text, Is.EqualTo(string.Concat(texts)));
    }

    [Test]
    public async Task An_end_that_overtakes_its_text_waits_for_it()
    {
        var (session, request) = await Ask();
        var order = await Worker.Hears<Infer>();
        await Worker.Say(new Accepted(request, 1), ScriptedWorker.End(order, Text));
        Assert.That((await Worker.Hears<Resend>()).From, Is.Zero);
        await Worker.Say(ScriptedWorker.Chunks(order, Text));

        Assert.That((await OneEnd(session, request)).Answer.Text, Is.EqualTo("One, two, three, four."));
        await Worker.Hears<Ack>();
    }

    [Test]
    public async Task An_end_that_is_said_again_is_acknowledged_again()
    {
        var (session, request) = await Ask();
        var order = await Worker.Hears<Infer>();
        await Worker.Answer(order, Text);
        await Worker.Hears<Ack>();
        await Worker.Say(ScriptedWorker.End(order, Text));
        await Worker.Hears<Ack>();

        await OneEnd(session, request);
    }

    [Test]
    public async Task Words_in_the_wrong_order_do_no_harm()
    {
        var (session, request) = await Ask();
        var order = await Worker.Hears<Infer>();
        var chunks = ScriptedWorker.Chunks(order, Text);
        await Worker.Say(
            chunks[0],
            new Accepted(request, 1),
            new Progress(request, 1, ProgressPhase.Prompt, 0.5),
            new Refused(request, 1, "busy"),
            chunks[1],
            new Accepted(request, 1),
            chunks[2],
            chunks[3],
            ScriptedWorker.End(order, Text),
            new Failed(request, 1, "engine_crashed", "Too late.", Retryable: true));

        Assert.That((await OneEnd(session, request)).Answer.Text, Is.EqualTo("One, two, three, four."));
    }

    [Test]
    public async Task A_worker_at_something_that_nobody_waits_for_is_told_to_stop()
    {
        var (session, request) = await Ask();
        var order = await Worker.Hears<Infer>();
        await Host.Send(new CancelRequest(request));
        await Worker.Hears<Cancel>();

        // As if the order had overtaken the cancel on the way.
        await Worker.Say(new Accepted(request, order.Attempt));
        Assert.That((await Worker.Hears<Cancel>()).RequestId, Is.EqualTo(request));
        await Worker.Say(ScriptedWorker.Chunks(order, Text)[0]);
        await Worker.Hears<Cancel>();

        Assert.That((await OneEnd(session, request)).Answer.Status, Is.EqualTo(MessageStatus.Cancelled));
    }

    [Test]
    public async Task Damaged_text_is_no_answer()
    {
        var (session, request) = await Ask();
        var order = await Worker.Hears<Infer>();
        await Worker.Say(new Accepted(request, 1));
        await Worker.Say(ScriptedWorker.Chunks(order, "One, ", "tvo."));
        await Worker.Say(ScriptedWorker.End(order, "One, ", "two."));
        var (answer, events) = await OneEnd(session, request);

        Assert.That(((ReplyFailed)events[^1]).Error.Code, Is.EqualTo("text_damaged"));
        Assert.That((answer.Text, answer.Status), Is.EqualTo(("One, tvo.", MessageStatus.Failed)));
    }

    [Test]
    public async Task Text_carried_over_is_not_the_workers_to_vouch_for()
    {
        var (session, request) = await Ask();
        await Worker.Answer(await Worker.Hears<Infer>(), "One, ");
        var (first, _) = await OneEnd(session, request);
        var more = (await Host.Send(new ContinueAnswer(first.Id, null))).Value.Request.Id;
        await Worker.Answer(await Worker.Hears<Infer>(), "two, ", "three.");
        var (answer, events) = await OneEnd(session, more);

        Assert.That(events[^1], Is.InstanceOf<ReplyCompleted>());
        Assert.That(answer.Text, Is.EqualTo("One, two, three."));
    }

    [Test]
    public async Task Each_part_of_an_answer_is_vouched_for()
    {
        var (session, request) = await Ask();
        var order = await Worker.Hears<Infer>();
        await Worker.Say(
            new Accepted(request, 1),
            new Chunk(request, 1, 0, 0, ChunkKind.Reasoning, "Hm."),
            new Chunk(request, 1, 1, 1, ChunkKind.Text, "Yes."),
            ScriptedWorker.End(order, "Hm.") with
            {
                Chunks = 2,
                PartHashes = [.. ScriptedWorker.End(order, "Hm.").PartHashes, .. ScriptedWorker.End(order, "Yes.").PartHashes],
            });
        var (answer, _) = await OneEndOf(session, request);

        Assert.That(answer.Status, Is.EqualTo(MessageStatus.Complete));
        Assert.That(answer.Parts, Is.EqualTo(new MessagePart[] { new ReasoningPart("Hm."), new TextPart("Yes.") }));
    }

    [Test]
    public async Task What_could_not_be_stored_is_asked_for_again([Values(1, 2)] int commit)
    {
        var (session, request) = await Ask();
        var order = await Worker.Hears<Infer>();
        ToServer[] said = [.. ScriptedWorker.Chunks(order, Text), ScriptedWorker.End(order, Text)];
        using var over = new CancellationTokenSource();
        var worker = Worker.Serve(message => message is Resend ? Worker.Say(said) : Task.CompletedTask, over.Token);
        _faults.FailAt(commit);
        await Worker.Say(new Accepted(request, 1));
        await Worker.Say(said);

        Assert.That((await OneEnd(session, request)).Answer.Text, Is.EqualTo("One, two, three, four."));
        Assert.That(_faults.Failed.IsCompleted, Is.True);
        await over.CancelAsync();
        await worker;
    }

    [Test]
    public async Task An_acknowledgement_that_could_not_be_stored_costs_nothing()
    {
        var (session, request) = await Ask();
        var order = await Worker.Hears<Infer>();
        _faults.FailAt(1);
        await Worker.Say(new Accepted(request, 1));
        await _faults.Failed.WaitAsync(TimeSpan.FromSeconds(10));
        await Worker.Say([.. ScriptedWorker.Chunks(order, Text), ScriptedWorker.End(order, Text)]);

        Assert.That((await OneEnd(session, request)).Answer.Text, Is.EqualTo("One, two, three, four."));
    }

    protected override void Decorate(IServiceCollection services) => _faults.Decorate(services);

    /// <summary>With reasoning, what was streamed is more than the text.</summary>
    private async Task<(Message Answer, IReadOnlyList<ReplyEvent> Events)> OneEndOf(SessionId session, RequestId request)
    {
        var events = await Host.ReadToEnd(request);
        return ((await Host.Messages(session)).Single(message => message.RequestId == request), events);
    }

    /// <summary>A database that is away for one commit.</summary>
    private sealed class FaultyCommits
    {
        private TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _left = -1;

        public Task Failed => _failed.Task;

        public void FailAt(int commit) =>
            (_failed, _left) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), commit);

        public void Decorate(IServiceCollection services)
        {
            var inner = services.Single(service => service.ServiceType == typeof(IUnitOfWork));
            services.Remove(inner);
            services.AddScoped<IUnitOfWork>(scope => new Faulty((IUnitOfWork)inner.ImplementationFactory!(scope), this));
        }

        private sealed class Faulty(IUnitOfWork inner, FaultyCommits faults) : IUnitOfWork
        {
            public Task Commit(CommitDurability durability, CancellationToken cancellationToken)
            {
                if (Interlocked.Decrement(ref faults._left) == 0)
                {
                    faults._failed.TrySetResult();
                    throw new IOException("The database is away.");
                }

                return inner.Commit(durability, cancellationToken);
            }
        }
    }
}
