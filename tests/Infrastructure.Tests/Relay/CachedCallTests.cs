using MeatLizard.Application.Operations;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Caching;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Inference;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Infrastructure.Tests.Relay;

/// <summary>Calls whose answer is kept, against a worker whose every word is the test's.</summary>
[TestFixture]
internal sealed class CachedCallTests : ScriptedFixture
{
    private static readonly StatelessOrder Question = new()
    {
        Model = "tiny",
        Messages = [new(MessageRole.User, [new TextPart("Hello?")])],
        Parameters = new GenerationOptions { Temperature = 0 },
    };

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Relay:Attempts"] = "1",
        ["Relay:WorkerGrace"] = "00:00:00.1",
        ["Cache:Answers:Ttl"] = "01:00:00",
        ["Cache:Answers:StaleTtl"] = "02:00:00",
    };

    [SetUp]
    public Task GreetWorker() => Worker.SayHello();

    [Test]
    public async Task The_same_question_is_answered_once()
    {
        await AnswerWith("one ", "two");
        var again = await Read(Question);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Text(again), Is.EqualTo("one two"));
            Assert.That(Note(again)?.Outcome, Is.EqualTo(CacheOutcome.Hit));
            Assert.That(((StatelessCompleted)again[^1]).Usage, Is.EqualTo(new TokenUsage(7, 2)));
            Assert.That(Worker.HasHeard<Infer>(), Is.False);
        }
    }

    [Test]
    public async Task It_needs_no_worker_that_is_free_or_there()
    {
        await AnswerWith("kept");
        Host.Services.GetRequiredService<IWorkerRegistry>().Remove(ScriptedWorker.Id);
        Assert.That(Note(await Read(Question))?.Outcome, Is.EqualTo(CacheOutcome.Hit));
    }

    [Test]
    public async Task It_costs_nothing_and_its_row_says_so()
    {
        await AnswerWith("kept");
        await Read(Question);
        IReadOnlyList<UsageEntry> rows = [];
        await Eventually.Is(async () => (rows = await Usage()).Count == 2);
        Assert.That(
            rows.Select(row => (row.IsCached, row.Usage.TotalTokens, row.Model)),
            Is.EquivalentTo([(false, 8, "tiny"), (true, 0, (string?)"tiny")]));
    }

    [Test]
    public async Task After_its_time_somebody_is_asked_anew()
    {
        await AnswerWith("old");
        Time.Advance(TimeSpan.FromMinutes(61));
        await Worker.SayHello();
        var fresh = await AnswerWith("new");
        Assert.That(Note(fresh)?.Outcome, Is.EqualTo(CacheOutcome.Miss));
        Assert.That(Text(await Read(Question)), Is.EqualTo("new"));
    }

    [Test]
    public async Task An_old_answer_stands_in_when_nobody_can_give_a_new_one()
    {
        await AnswerWith("old");
        Time.Advance(TimeSpan.FromMinutes(61));
        await Worker.SayHello();
        var events = await Fail("engine_crashed", retryable: true);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Text(events), Is.EqualTo("old"));
            Assert.That(Note(events), Is.EqualTo(new CacheNote(CacheOutcome.Stale, Note(events)!.Age)));
            Assert.That(Note(events)!.Age, Is.GreaterThan(TimeSpan.FromMinutes(60)));
            Assert.That(events[^1], Is.InstanceOf<StatelessCompleted>());
            Assert.That(Figures, Is.EqualTo(new CacheFigures(0, 2, 1)));
        }
    }

    [Test]
    public async Task It_stands_in_when_nobody_is_there_and_when_nobody_there_has_the_model()
    {
        await AnswerWith("old");
        Time.Advance(TimeSpan.FromMinutes(61));
        Host.Services.GetRequiredService<IWorkerRegistry>().Remove(ScriptedWorker.Id);
        Assert.That(Note(await Read(Question))?.Outcome, Is.EqualTo(CacheOutcome.Stale));
        await Worker.SayHello(models: "another");
        Assert.That(Note(await Read(Question))?.Outcome, Is.EqualTo(CacheOutcome.Stale));
    }

    [Test]
    public async Task It_does_not_stand_in_where_the_caller_cannot_be_told_any_more()
    {
        await AnswerWith("old");
        Time.Advance(TimeSpan.FromMinutes(61));
        await Worker.SayHello();
        var events = await Fail("engine_crashed", retryable: true, call => call.TakesLabel = false);
        Assert.That((events[^1] as StatelessFailed)?.Error.Code, Is.EqualTo("engine_crashed"));
    }

    [TestCase("context_exceeded")]
    [TestCase("engine_refused")]
    public async Task It_does_not_stand_in_for_a_refusal_of_the_question(string code)
    {
        await AnswerWith("old");
        Time.Advance(TimeSpan.FromMinutes(61));
        await Worker.SayHello();
        Assert.That(((await Fail(code, retryable: false))[^1] as StatelessFailed)?.Error.Code, Is.EqualTo(code));
    }

    [Test]
    public async Task It_does_not_stand_in_once_there_is_text()
    {
        await AnswerWith("old");
        Time.Advance(TimeSpan.FromMinutes(61));
        await Worker.SayHello();
        var events = await Fail("engine_crashed", retryable: true, said: "begun");
        Assert.That((Text(events), (events[^1] as StatelessFailed)?.Error.Code), Is.EqualTo(("begun", "engine_crashed")));
    }

    [Test]
    public async Task Past_the_time_for_that_there_is_none()
    {
        await AnswerWith("old");
        Time.Advance(TimeSpan.FromMinutes(181));
        await Worker.SayHello();
        Assert.That((await Fail("engine_crashed", retryable: true))[^1], Is.InstanceOf<StatelessFailed>());
    }

    [Test]
    public async Task Neither_half_an_answer_nor_a_failure_is_kept()
    {
        await Fail("engine_crashed", retryable: true, said: "begun");
        await Fail("engine_crashed", retryable: true);
        await using (var call = await Open(Question))
        {
            var reading = Drain(call);
            var order = await Worker.Hears<Infer>();
            await Worker.Say([.. ScriptedWorker.Chunks(order, "too long"), ScriptedWorker.End(order, "too long") with { FinishReason = FinishReason.Length }]);
            Assert.That((await reading)[^1], Is.InstanceOf<StatelessCompleted>());
        }

        Assert.That(await Size(), Is.Zero);
    }

    [Test]
    public async Task The_name_of_a_model_is_the_same_in_other_letters()
    {
        await using var call = await Open(Question with { Model = "TINY" });
        var reading = Drain(call);
        await Worker.Answer(await Worker.Hears<Infer>(), "kept");
        await reading;
        Assert.That(await Size(), Is.EqualTo(1));
        Assert.That(Note(await Read(Question))?.Outcome, Is.EqualTo(CacheOutcome.Hit));
    }

    [Test]
    public async Task Another_file_under_the_same_name_has_answers_of_its_own()
    {
        await AnswerWith("by the old one");
        await Worker.Say(new Hello
        {
            WorkerEpoch = [.. Enumerable.Repeat((byte)2, 16)],
            Version = "1.0.0",
            Models = [ScriptedWorker.Model("tiny", 4) with { SizeBytes = 2 }],
            Slots = 4,
        });
        Assert.That(Note(await AnswerWith("by the new one"))?.Outcome, Is.EqualTo(CacheOutcome.Miss));
        Assert.That(Text(await Read(Question)), Is.EqualTo("by the new one"));
    }

    [TestCase(CacheUse.AsUsual, 0.7, false, false)]
    [TestCase(CacheUse.AsUsual, null, false, false)]
    [TestCase(CacheUse.AsUsual, 0.0, true, false)]
    [TestCase(CacheUse.AsUsual, 0.0, false, true)]
    [TestCase(CacheUse.Use, 0.7, true, true)]
    [TestCase(CacheUse.Use, null, false, true)]
    [TestCase(CacheUse.Off, 0.0, false, false)]
    public async Task It_is_kept_where_the_same_question_has_the_same_answer_or_the_caller_says_so(
        CacheUse use, double? temperature, bool tools, bool kept)
    {
        var order = Question with
        {
            Cache = use,
            Parameters = new GenerationOptions { Temperature = temperature },
            Tools = tools ? """[{"type":"function","function":{"name":"look"}}]""" : null,
        };
        var first = await AnswerWith(order, "said");
        Assert.That(Note(first)?.Outcome, Is.EqualTo(kept ? CacheOutcome.Miss : (CacheOutcome?)null));
        Assert.That(await Size(), Is.EqualTo(kept ? 1 : 0));
    }

    [Test]
    public async Task Whoever_wants_a_new_answer_gets_one_and_it_takes_the_place_of_the_old()
    {
        await AnswerWith("old");
        Assert.That(Text(await AnswerWith(Question with { Cache = CacheUse.Refresh }, "new")), Is.EqualTo("new"));
        Assert.That(Text(await Read(Question)), Is.EqualTo("new"));
        await AnswerWith(Question with { Cache = CacheUse.Off }, "aside");
        Assert.That(Text(await Read(Question)), Is.EqualTo("new"));
    }

    [Test]
    public async Task Vectors_are_kept_as_well()
    {
        var order = Question with { Kind = InferKind.Embed, Parameters = new(), Messages = [.. Question.Messages, .. Question.Messages] };
        await using (var call = await Open(order))
        {
            var reading = Drain(call);
            var asked = await Worker.Hears<Infer>();
            await Worker.Say(new Embedding(asked.RequestId, 1, 0, [1, 2]), new Embedding(asked.RequestId, 1, 1, [3]), ScriptedWorker.End(asked));
            await reading;
        }

        var again = await Read(order);
        Assert.That(Note(again)?.Outcome, Is.EqualTo(CacheOutcome.Hit));
        Assert.That(
            again.OfType<StatelessVector>().Select(vector => (vector.Index, string.Join(' ', vector.Vector))), Is.EqualTo([(0, "1 2"), (1, "3")]));
    }

    private CacheFigures Figures => Host.Services.GetRequiredService<AnswerCache>().Figures;

    private static string Text(IEnumerable<StatelessEvent> events) => string.Concat(events.OfType<StatelessPiece>().Select(one => one.Piece.Text));

    private static CacheNote? Note(IEnumerable<StatelessEvent> events) => events.OfType<StatelessStarted>().Last().Cache;

    private static async Task<List<StatelessEvent>> Drain(StatelessAnswer call)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        List<StatelessEvent> events = [];
        await foreach (var happened in call.Read(patience.Token))
        {
            events.Add(happened);
        }

        return events;
    }

    private async Task<StatelessAnswer> Open(StatelessOrder order) => (await Host.Send(new OpenStatelessCall(order))).Value;

    /// <summary>With nobody who would answer it.</summary>
    private async Task<List<StatelessEvent>> Read(StatelessOrder order)
    {
        await using var call = await Open(order);
        return await Drain(call);
    }

    private Task<List<StatelessEvent>> AnswerWith(params string[] texts) => AnswerWith(Question, texts);

    private async Task<List<StatelessEvent>> AnswerWith(StatelessOrder order, params string[] texts)
    {
        await using var call = await Open(order);
        var reading = Drain(call);
        await Worker.Answer(await Worker.Hears<Infer>(), texts);
        return await reading;
    }

    private async Task<List<StatelessEvent>> Fail(
        string code, bool retryable, Action<StatelessAnswer>? adjust = null, string? said = null)
    {
        await using var call = await Open(Question);
        adjust?.Invoke(call);
        var reading = Drain(call);
        var order = await Worker.Hears<Infer>();
        string[] texts = said is null ? [] : [said];
        await Worker.Say(
            [new Accepted(order.RequestId, 1), .. ScriptedWorker.Chunks(order, texts), new Failed(order.RequestId, 1, code, "It fell.", retryable, texts.Length)]);
        return await reading;
    }

    private async Task<long> Size() => (await Host.Services.GetRequiredService<IAnswerStore>().Measure(CancellationToken.None))!.Entries;

    private async Task<IReadOnlyList<UsageEntry>> Usage()
    {
        await using var scope = Host.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<IUsageLog>().List(Host.Actor.UserId, 100, null, CancellationToken.None)).Items;
    }
}
