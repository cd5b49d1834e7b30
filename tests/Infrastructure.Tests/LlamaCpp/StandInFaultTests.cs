using System.Diagnostics;
using MeatLizard.Application.Inference;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;

namespace MeatLizard.Infrastructure.Tests.LlamaCpp;

/// <summary>What can go wrong with a llama-server, played by the stand-in: one end each, with the cause, and then it works again.</summary>
internal sealed class StandInFaultTests
{
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(10);
    private static readonly FakeRun Sound = new();

    [Test]
    public async Task A_sound_one_answers()
    {
        await using var engine = EngineUnderTest.Scripted([Sound]);
        var answer = await engine.AskAsync("hello");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Text, Is.EqualTo("Hello from the stand-in."));
            Assert.That(answer.Pieces, Is.EqualTo(5));
            Assert.That(answer.Finish?.Value, Is.EqualTo("stop"));
            Assert.That(answer.Usage.OutputTokenCount, Is.EqualTo(5));
        }
    }

    [Test]
    public async Task A_crash_at_the_start_is_tried_again()
    {
        await using var engine = EngineUnderTest.Scripted([new FakeRun { ExitWith = 3 }, Sound]);
        Assert.That((await engine.AskAsync("hello")).Text, Is.Not.Empty);
        Assert.That(engine.Starts, Is.EqualTo(2));
    }

    [Test]
    public async Task A_crash_at_every_start_ends_with_the_last_words_and_without_paths()
    {
        await using var engine = EngineUnderTest.Scripted(
            [new FakeRun { ExitWith = 3, Stderr = "error: no such device at /home/someone/secret/gpu0" }]);
        var (fault, _) = await engine.FailAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(fault.Code, Is.EqualTo(EngineException.StartFailed));
            Assert.That(fault.Retryable, Is.True);
            Assert.That(fault.Message, Does.Contain("exit code 3").And.Contain("no such device at gpu0").And.Not.Contain("someone"));
            Assert.That(engine.Starts, Is.EqualTo(3));
        }
    }

    [Test]
    public async Task Failures_in_a_row_open_the_circuit_and_it_closes_again()
    {
        await using var engine = EngineUnderTest.Scripted([.. Enumerable.Repeat(new FakeRun { ExitWith = 3 }, 6), Sound]);
        _ = await engine.FailAsync();
        _ = await engine.FailAsync();
        var watch = Stopwatch.StartNew();
        var (fault, _) = await engine.FailAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(1)), "it answers at once while it rests");
            Assert.That(fault.Code, Is.EqualTo(EngineException.StartFailed));
            Assert.That(fault.Message, Does.Contain("rests for").And.Contain("exit code 3"));
            Assert.That(engine.Starts, Is.EqualTo(6));
        }
        _ = await Soon.TrueAsync(async () =>
        {
            try
            {
                return (await engine.AskAsync("hello")).Text.Length > 0;
            }
            catch (EngineException)
            {
                return false;
            }
        }, Recovery, "it answers again");
    }

    [TestCase("hang")]
    [TestCase("loading")]
    [TestCase("garbage")]
    public async Task One_that_never_gets_ready_is_ended(string health)
    {
        await using var engine = EngineUnderTest.Scripted(
            [new FakeRun { Health = health }, Sound], ("Inference:StartWithin", "00:00:01.5"));
        var (fault, _) = await engine.FailAsync();
        Assert.That(fault.Code, Is.EqualTo(EngineException.StartFailed));
        Assert.That(fault.Message, Does.Contain("1.5 s").And.Contain("Inference:StartWithin"));
        Assert.That((await engine.AskAsync("hello")).Text, Is.Not.Empty);
    }

    [Test]
    public async Task One_that_never_listens_is_ended()
    {
        await using var engine = EngineUnderTest.Scripted([new FakeRun { Deaf = true }], ("Inference:StartWithin", "00:00:01"));
        Assert.That((await engine.FailAsync()).Fault.Code, Is.EqualTo(EngineException.StartFailed));
    }

    [Test]
    public async Task A_crash_in_the_middle_keeps_what_came_before_and_starts_again()
    {
        await using var engine = EngineUnderTest.Scripted([new FakeRun { Fault = "crash", FaultAfter = 3 }, Sound]);
        var (fault, before) = await engine.FailAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(fault.Code, Is.EqualTo(EngineException.Crashed));
            Assert.That(fault.Message, Does.Contain("signal 6").And.Contain("GGML_ASSERT"));
            Assert.That(fault.Retryable, Is.True);
            Assert.That(before.Text, Is.EqualTo("Hello from the"));
        }
        await AnswersAgainAsync(engine);
    }

    [Test]
    public async Task Silence_in_the_middle_is_noticed_and_ended()
    {
        await using var engine = EngineUnderTest.Scripted(
            [new FakeRun { Fault = "hang", FaultAfter = 2 }, Sound], ("Inference:TokenSilence", "00:00:00.5"));
        var watch = Stopwatch.StartNew();
        var (fault, before) = await engine.FailAsync();
        Assert.That(fault.Code, Is.EqualTo(EngineException.Silent));
        Assert.That(fault.Message, Does.Contain("0.5 s").And.Contain("Inference:TokenSilence"));
        Assert.That(before.Text, Is.EqualTo("Hello from"));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(8)));
        await AnswersAgainAsync(engine);
        Assert.That(engine.Starts, Is.EqualTo(2));
    }

    [TestCase("garbage")]
    [TestCase("bad_utf8")]
    [TestCase("long_line")]
    [TestCase("cut")]
    public async Task Nonsense_in_the_middle_is_no_answer(string nonsense)
    {
        await using var engine = EngineUnderTest.Scripted([new FakeRun { Fault = nonsense, FaultAfter = 2 }, Sound]);
        var (fault, before) = await engine.FailAsync();
        Assert.That(fault.Code, Is.EqualTo(EngineException.Garbage));
        Assert.That(before.Text, Is.EqualTo("Hello from"));
        await AnswersAgainAsync(engine);
    }

    [Test]
    public async Task An_error_in_the_stream_is_an_error()
    {
        await using var engine = EngineUnderTest.Scripted([new FakeRun { Fault = "error", FaultAfter = 2 }]);
        var (fault, before) = await engine.FailAsync();
        Assert.That(fault.Code, Is.EqualTo(EngineException.Refused));
        Assert.That(fault.Message, Does.Contain("server_error"));
        Assert.That(before.Text, Is.EqualTo("Hello from"));
    }

    [Test]
    public async Task An_endless_answer_ends_where_the_context_does()
    {
        await using var engine = EngineUnderTest.Scripted([new FakeRun { Endless = true }, Sound], ("Inference:ContextSize", "512"));
        var (fault, before) = await engine.FailAsync();
        Assert.That(fault.Code, Is.EqualTo(EngineException.Garbage));
        Assert.That(fault.Message, Does.Contain("did not stop"));
        Assert.That(before.Pieces, Is.EqualTo(512));
        await AnswersAgainAsync(engine);
    }

    [Test]
    public async Task Characters_cut_apart_on_their_way_arrive_whole()
    {
        string[] tokens = ["Grüße, ", "日本語 ", "🦎", "e\u0301", " \"\\n"];
        await using var engine = EngineUnderTest.Scripted([new FakeRun { Tokens = tokens, ByteByByte = true }]);
        var answer = await engine.AskAsync("hello");
        Assert.That(answer.Text, Is.EqualTo(string.Concat(tokens)));
        Assert.That(answer.Pieces, Is.EqualTo(tokens.Length));
    }

    [Test]
    public async Task One_that_leaves_while_idle_is_started_again_before_anybody_asks()
    {
        await using var engine = EngineUnderTest.Scripted([new FakeRun { ExitAfterMs = 100 }, Sound]);
        _ = await engine.AskAsync("hello");
        _ = await Soon.TrueAsync(() => engine.Starts == 2 && engine.Engine.Loaded is not null, Recovery, "it runs again");
        Assert.That((await engine.AskAsync("hello")).Text, Is.Not.Empty);
        Assert.That(engine.Starts, Is.EqualTo(2));
    }

    [Test]
    public async Task One_that_leaves_again_before_anybody_has_asked_is_left_until_somebody_does()
    {
        await using var engine = EngineUnderTest.Scripted([new FakeRun { ExitAfterMs = 100 }, new FakeRun { ExitAfterMs = 500 }, Sound]);
        _ = await engine.AskAsync("hello");
        _ = await Soon.TrueAsync(() => engine.Starts == 2 && engine.Engine.Loaded is { Gone: false }, Recovery, "it runs again");
        _ = await Soon.TrueAsync(() => engine.Engine.Loaded is not { Gone: false }, Recovery, "it has gone again, and nobody had asked it");

        // The first time the next one was there in less than half a second.
        Assert.That(() => Eventually.Is(() => engine.Starts > 2, TimeSpan.FromSeconds(2)), Throws.TypeOf<TimeoutException>());
        Assert.That((await engine.AskAsync("hello")).Text, Is.Not.Empty);
    }

    [Test]
    public async Task The_end_of_the_host_takes_less_than_five_seconds_even_if_the_child_ignores_it()
    {
        var engine = EngineUnderTest.Scripted([new FakeRun { IgnoresTerm = true, TokenMs = 20, Endless = true }]);
        var answer = engine.Client.GetStreamingResponseAsync([new(Microsoft.Extensions.AI.ChatRole.User, "hello")]).GetAsyncEnumerator();
        while (engine.Engine.Loaded is null || answer.Current.Text.Length == 0)
            Assert.That(await answer.MoveNextAsync(), Is.True);
        var child = engine.Engine.Loaded.ProcessId;
        var watch = Stopwatch.StartNew();
        await engine.DisposeAsync();
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)));
        Assert.That(() => Process.GetProcessById(child), Throws.ArgumentException);
        Assert.That(
            async () =>
            {
                while (await answer.MoveNextAsync())
                    Assert.That(answer.Current.FinishReason, Is.Null);
            },
            Throws.TypeOf<EngineException>());
    }

    private static async Task AnswersAgainAsync(EngineUnderTest engine)
    {
        var watch = Stopwatch.StartNew();
        Assert.That((await engine.AskAsync("hello")).Text, Is.EqualTo("Hello from the stand-in."));
        Assert.That(watch.Elapsed, Is.LessThan(Recovery));
    }
}
