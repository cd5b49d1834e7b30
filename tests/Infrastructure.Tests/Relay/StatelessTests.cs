using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Infrastructure.Tests.Relay;

/// <summary>Calls without a session, against a worker whose every word is the test's.</summary>
[TestFixture]
internal sealed class StatelessTests : ScriptedFixture
{
    private IWorkerRegistry Workers => Host.Services.GetRequiredService<IWorkerRegistry>();

    private int SlotsFree => Workers.List().Single().SlotsFree;

    [Test]
    public async Task An_answer_arrives_in_order_whatever_the_way_does_to_it()
    {
        await Worker.SayHello(slots: 1);
        await using var call = await Open();
        var reading = Reading.Of(call);
        var order = await Worker.Hears<Infer>();
        var chunks = ScriptedWorker.Chunks(order, "one ", "two ", "three");
        await Worker.Say(new Accepted(order.RequestId, order.Attempt), chunks[0], chunks[2], chunks[2]);

        var again = await Worker.Hears<Resend>();
        Assert.That(again.From, Is.EqualTo(1));
        await Worker.Say(chunks[1], chunks[2], ScriptedWorker.End(order, "one ", "two ", "three"));
        await reading.End;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(reading.Text, Is.EqualTo("one two three"));
            Assert.That(reading.Last, Is.InstanceOf<StatelessCompleted>());
            Assert.That((await Worker.Hears<Ack>()).Attempt, Is.EqualTo(1));
            Assert.That(SlotsFree, Is.EqualTo(1));
        }
    }

    [Test]
    public async Task What_is_missing_at_the_end_is_asked_for()
    {
        await Worker.SayHello(slots: 1);
        await using var call = await Open();
        var reading = Reading.Of(call);
        var order = await Worker.Hears<Infer>();
        var chunks = ScriptedWorker.Chunks(order, "one ", "two");
        await Worker.Say(chunks[0], ScriptedWorker.End(order, "one ", "two"));
        Assert.That((await Worker.Hears<Resend>()).From, Is.EqualTo(1));
        await Worker.Say(chunks[1]);
        await reading.End;
        Assert.That(reading.Text, Is.EqualTo("one two"));
    }

    [Test]
    public async Task An_answer_that_is_not_what_the_worker_wrote_is_none()
    {
        await Worker.SayHello();
        await using var call = await Open();
        var reading = Reading.Of(call);
        var order = await Worker.Hears<Infer>();
        await Worker.Say([.. ScriptedWorker.Chunks(order, "one"), ScriptedWorker.End(order, "two")]);
        await reading.End;
        Assert.That(reading.Failure?.Code, Is.EqualTo("text_damaged"));
    }

    [Test]
    public async Task Before_any_text_another_attempt_is_made_and_the_first_one_is_heard_no_more()
    {
        await Worker.SayHello();
        await using var call = await Open();
        var reading = Reading.Of(call);
        var first = await Worker.Hears<Infer>();
        await Worker.Say(new Accepted(first.RequestId, 1), new Failed(first.RequestId, 1, "engine_crashed", "It fell.", Retryable: true));
        var second = await Worker.Hears<Infer>();
        Assert.That((second.RequestId, second.Attempt), Is.EqualTo((first.RequestId, 2)));

        await Worker.Say(ScriptedWorker.Chunks(first, "too late"));
        Assert.That((await Worker.Hears<Cancel>()).Attempt, Is.EqualTo(1));
        await Worker.Answer(second, "in time");
        await reading.End;
        Assert.That(reading.Text, Is.EqualTo("in time"));
        Assert.That(reading.Events.OfType<StatelessStarted>().Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task After_text_nobody_else_is_asked()
    {
        await Worker.SayHello();
        await using var call = await Open();
        var reading = Reading.Of(call);
        var order = await Worker.Hears<Infer>();
        await Worker.Say([.. ScriptedWorker.Chunks(order, "begun"), new Failed(order.RequestId, 1, "engine_crashed", "It fell.", Retryable: true, 1)]);
        await reading.End;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(reading.Text, Is.EqualTo("begun"));
            Assert.That(reading.Failure?.Code, Is.EqualTo("engine_crashed"));
            Assert.That(Worker.HasHeard<Infer>(), Is.False);
        }
    }

    [Test]
    public async Task A_caller_who_leaves_stops_the_worker_and_frees_the_slot()
    {
        await Worker.SayHello(slots: 1);
        var call = await Open();
        var reading = Reading.Of(call);
        var order = await Worker.Hears<Infer>();
        await Worker.Say(ScriptedWorker.Chunks(order, "begun"));
        await Eventually.Is(() => reading.Text == "begun");
        Assert.That(SlotsFree, Is.Zero);

        await reading.Leave();
        await call.DisposeAsync();
        var stop = await Worker.Hears<Cancel>();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((stop.RequestId, stop.Attempt), Is.EqualTo((order.RequestId, 1)));
            Assert.That(SlotsFree, Is.EqualTo(1));
            Assert.That(Host.Services.GetRequiredService<StatelessCalls>().Count, Is.Zero);
        }
    }

    [Test]
    public async Task Who_leaves_while_waiting_in_line_is_never_asked_for()
    {
        await Worker.SayHello(slots: 1);
        await using var first = await Open();
        var reading = Reading.Of(first);
        var order = await Worker.Hears<Infer>();
        var second = await Open();
        var waiting = Reading.Of(second);
        await waiting.Leave();
        await second.DisposeAsync();
        await Worker.Answer(order, "done");
        await reading.End;
        await Eventually.Is(() => SlotsFree == 1);
        Assert.That(Worker.HasHeard<Infer>(), Is.False);
    }

    [Test]
    public async Task Whoever_waits_is_served_by_age_calls_and_messages_alike()
    {
        await Worker.SayHello(slots: 1);
        await using var first = await Open();
        var reading = Reading.Of(first);
        var order = await Worker.Hears<Infer>();

        await using var call1 = await Open();
        var (_, message) = await Ask();
        await using var call2 = await Open();
        Reading[] readings = [Reading.Of(call1), Reading.Of(call2)];
        List<RequestId> served = [];
        for (var i = 0; i < 3; i++)
        {
            await Worker.Answer(order, "done");
            order = await Worker.Hears<Infer>();
            served.Add(order.RequestId);
        }

        await Worker.Answer(order, "done");
        await Task.WhenAll(readings.Select(one => one.End).Append(reading.End));
        Assert.That(served, Is.EqualTo([call1.Id, message, call2.Id]));
    }

    [Test]
    public async Task An_answer_that_does_not_end_is_cut_off_and_its_worker_told_so()
    {
        await Worker.SayHello();
        await using var call = await Open();
        var reading = Reading.Of(call);
        var order = await Worker.Hears<Infer>();
        var much = new string('x', 500_000);
        for (var i = 0; i < 9; i++)
        {
            await Worker.Say(new Chunk(order.RequestId, 1, i, 0, ChunkKind.Text, much));
        }

        await Worker.Hears<Cancel>();
        await reading.End;
        Assert.That(reading.Events[^1], Is.InstanceOf<StatelessFailed>().With.Property("Error").Property("Code").EqualTo("answer_endless"));
    }

    [Test]
    public async Task A_worker_that_says_no_is_asked_again_after_a_moment()
    {
        await Worker.SayHello();
        await using var call = await Open();
        var reading = Reading.Of(call);
        var order = await Worker.Hears<Infer>();
        await Worker.Say(new Refused(order.RequestId, 1, "busy"));
        var again = await Worker.Hears<Infer>();
        Assert.That(again.Attempt, Is.EqualTo(2));
        await Worker.Answer(again, "now");
        await reading.End;
        Assert.That(reading.Text, Is.EqualTo("now"));
    }

    [Test]
    public async Task A_worker_that_is_another_process_now_is_asked_again()
    {
        await Worker.SayHello();
        await using var call = await Open();
        var reading = Reading.Of(call);
        var order = await Worker.Hears<Infer>();

        // Acknowledged, so that no deadline would come to the same within the test's patience.
        await Worker.Say(new Accepted(order.RequestId, order.Attempt));
        await Worker.SayHello(epoch: 2);
        var again = await Worker.Hears<Infer>();
        Assert.That(again.Attempt, Is.EqualTo(2));
        await Worker.Answer(again, "back");
        await reading.End;
        Assert.That(reading.Text, Is.EqualTo("back"));
    }

    [Test]
    public async Task A_worker_that_does_not_acknowledge_is_told_to_stop_and_the_call_ends()
    {
        await Worker.SayHello();
        await using var call = await Open();
        var reading = Reading.Of(call);
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            Assert.That((await Worker.Hears<Infer>()).Attempt, Is.EqualTo(attempt));
            Time.Advance(TimeSpan.FromSeconds(6));

            // Anything that wakes it, so that it looks at the clock.
            await Worker.Say(new Chunk(call.Id, attempt, 4000, 0, ChunkKind.Text, "far ahead"));
            Assert.That((await Worker.Hears<Cancel>()).Attempt, Is.EqualTo(attempt));
        }

        await reading.End;
        Assert.That(reading.Failure?.Code, Is.EqualTo("not_acknowledged"));
    }

    [Test]
    public async Task With_nobody_online_the_call_ends_with_an_honest_notice()
    {
        await using var call = await Open();
        var reading = Reading.Of(call);
        Time.Advance(TimeSpan.FromMinutes(1));
        await reading.End;
        Assert.That(reading.Failure?.Code, Is.EqualTo("no_worker"));
    }

    [Test]
    public async Task A_model_that_nobody_has_is_refused_at_once()
    {
        await Worker.SayHello();
        var outcome = await Host.Send(new OpenStatelessCall(Order("other")));
        Assert.That((outcome.Refusal?.Kind, outcome.Refusal?.Code), Is.EqualTo((Application.RefusalKind.NotFound, "model_not_found")));
    }

    [Test]
    public async Task Vectors_are_told_when_all_are_there_and_those_of_a_broken_attempt_never()
    {
        await Worker.SayHello();
        var order = Order() with { Kind = InferKind.Embed, Messages = [.. Order().Messages, .. Order().Messages] };
        await using var call = (await Host.Send(new OpenStatelessCall(order))).Value;
        var reading = Reading.Of(call);
        var first = await Worker.Hears<Infer>();
        Assert.That((first.Kind, first.Messages.Count), Is.EqualTo((InferKind.Embed, 2)));
        await Worker.Say(new Embedding(first.RequestId, 1, 0, [9]), new Failed(first.RequestId, 1, "engine_crashed", "It fell.", Retryable: true));

        var second = await Worker.Hears<Infer>();
        await Worker.Say(new Embedding(second.RequestId, 2, 1, [2]), new Embedding(second.RequestId, 2, 7, [7]), ScriptedWorker.End(second));
        Assert.That((await Worker.Hears<Resend>()).From, Is.Zero);
        await Worker.Say(new Embedding(second.RequestId, 2, 0, [1]), new Embedding(second.RequestId, 2, 1, [2]));
        await reading.End;
        Assert.That(reading.Events.OfType<StatelessVector>().Select(vector => (vector.Index, vector.Vector[0])), Is.EqualTo([(0, 1f), (1, 2f)]));
    }

    [Test]
    public async Task One_that_was_not_asked_is_not_heard()
    {
        await Worker.SayHello();
        await using var call = await Open();
        var reading = Reading.Of(call);
        var order = await Worker.Hears<Infer>();
        await Host.Services.GetRequiredService<IRelayInbox>()
            .Deliver(new("stranger"), ScriptedWorker.Chunks(order, "mine")[0], CancellationToken.None);
        await Worker.Answer(order, "theirs");
        await reading.End;
        Assert.That(reading.Text, Is.EqualTo("theirs"));
    }

    private static StatelessOrder Order(string model = "tiny") => new()
    {
        Model = model,
        Messages = [new(MessageRole.User, [new TextPart("Hello?")])],
    };

    private async Task<StatelessAnswer> Open() => (await Host.Send(new OpenStatelessCall(Order()))).Value;

    /// <summary>Somebody who reads a call as it comes.</summary>
    private sealed class Reading(CancellationTokenSource leaving)
    {
        private readonly List<StatelessEvent> _events = [];
        private readonly Lock _gate = new();

        public Task End { get; private set; } = Task.CompletedTask;

        public IReadOnlyList<StatelessEvent> Events
        {
            get
            {
                lock (_gate)
                {
                    return [.. _events];
                }
            }
        }

        public string Text => string.Concat(Events.OfType<StatelessPiece>().Select(one => one.Piece.Text));

        public StatelessEvent? Last => Events is [.., var last] ? last : null;

        public MessageError? Failure => (Last as StatelessFailed)?.Error;

        public static Reading Of(StatelessAnswer call)
        {
            var reading = new Reading(new CancellationTokenSource());
            reading.End = reading.Read(call);
            return reading;
        }

        public async Task Leave()
        {
            await leaving.CancelAsync();
            Assert.That(async () => await End, Throws.InstanceOf<OperationCanceledException>());
        }

        private async Task Read(StatelessAnswer call)
        {
            await foreach (var happened in call.Read(leaving.Token))
            {
                lock (_gate)
                {
                    _events.Add(happened);
                }
            }
        }
    }
}
