using System.Diagnostics;
using MeatLizard.Application.Inference;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;
using MeatLizard.Testing.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.EndToEnd.Tests.Durability;

/// <summary>
/// Whatever becomes of llama-server, a turn has one end with the cause and the next step, one stored answer with the text that had come, and the
/// next question is answered within ten seconds. The stand-in plays what can't be had of the real one at will.
/// </summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class EngineFaultTests
{
    private const string Sound = "Hello from the stand-in.";

    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(10);

    private static readonly (string Key, string Value)[] Impatient =
    [
        ("Inference:StartWithin", "00:00:02"), ("Inference:TokenSilence", "00:00:01"), ("Inference:ContextSize", "512"), ("Inference:Slots", "1"),
    ];

    private static IEnumerable<TestCaseData> Faults()
    {
        yield return Of("a crash at every start", EngineException.StartFailed, "", ["exit code 3", "no such device", "try it by hand"], EveryTime(new() { ExitWith = 3, Stderr = "error: no such device" }));
        yield return Of("a model that it can't load", EngineException.ModelBad, "", ["can't load the model", "Fetch its file again"], EveryTime(new() { ExitWith = 1, Stderr = "error loading model: unknown architecture" }));
        yield return Of("one that never gets ready", EngineException.StartFailed, "", ["did not get ready", "Inference:StartWithin"], [new() { Health = "loading" }, new() { Health = "loading" }, new() { Health = "loading" }]);
        yield return Of("a crash in the middle", EngineException.Crashed, "Hello from the", ["signal 6", "GGML_ASSERT", "another version of llama.cpp"], [new() { Fault = "crash", FaultAfter = 3 }]);
        yield return Of("silence in the middle", EngineException.Silent, "Hello from", ["sent nothing for 1 s", "Inference:TokenSilence"], [new() { Fault = "hang", FaultAfter = 2 }]);
        yield return Of("garbage in the middle", EngineException.Garbage, "Hello from", ["another version of llama.cpp"], [new() { Fault = "garbage", FaultAfter = 2 }]);
        yield return Of("bytes that are no text", EngineException.Garbage, "Hello from", ["another version of llama.cpp"], [new() { Fault = "bad_utf8", FaultAfter = 2 }]);
        yield return Of("a line without an end", EngineException.Garbage, "Hello from", ["another version of llama.cpp"], [new() { Fault = "long_line", FaultAfter = 2 }]);
        yield return Of("a stream that breaks off", EngineException.Garbage, "Hello from", ["another version of llama.cpp"], [new() { Fault = "cut", FaultAfter = 2 }]);
        yield return Of("an answer that never stops", EngineException.Garbage, Endless(512), ["did not stop", "another version of llama.cpp"], [new() { Endless = true }]);
    }

    [TestCaseSource(nameof(Faults))]
    public async Task It_has_one_end_that_says_why_and_the_next_question_is_answered(string code, string text, string[] says, FakeRun[] runs)
    {
        await using var host = await DurabilityHost.Start(Database.Sqlite, Models([.. runs, new()]), Impatient);
        using var client = host.Client();
        var (error, answered) = await Ask(host, client);
        Assert.That(answered, Is.EqualTo(text));
        Assert.That(error?.Code, Is.EqualTo(code), error?.Message);
        foreach (var said in says)
        {
            Assert.That(error!.Message, Does.Contain(said));
        }

        var watch = Stopwatch.StartNew();
        await Eventually.Is(async () => (await Ask(host, client)).Text == Sound, Recovery);
        Assert.That(watch.Elapsed, Is.LessThan(Recovery));
    }

    [Test]
    public async Task An_error_in_the_stream_is_an_end_too()
    {
        await using var host = await DurabilityHost.Start(Database.Sqlite, Models([new() { Fault = "error", FaultAfter = 2 }]), Impatient);
        using var client = host.Client();
        var (error, answered) = await Ask(host, client);
        Assert.That((error?.Code, answered), Is.EqualTo((EngineException.Refused, "Hello from")));
        Assert.That(error!.Message, Does.Contain("server_error").And.Contain("Look at the request's parameters"));
    }

    [Test]
    public async Task A_crash_at_the_start_and_one_while_it_rests_are_noticed_by_nobody()
    {
        await using var host = await DurabilityHost.Start(
            Database.Sqlite, Models([new() { ExitWith = 3 }, new() { ExitAfterMs = 200 }, new()]), Impatient);
        using var client = host.Client();
        Assert.That(await Ask(host, client), Is.EqualTo(((MessageError?)null, Sound)));
        await Eventually.Is(() => host.Process.Children().Count == 1 && FakeModel.Starts(_model) == 3, Recovery);
        Assert.That(await Ask(host, client), Is.EqualTo(((MessageError?)null, Sound)));
    }

    [Test]
    public async Task Without_llama_server_it_says_how_to_get_one_and_finds_it_when_it_is_there()
    {
        var (binary, standIn) = ("", "");
        await using var host = await DurabilityHost.Start(
            Database.Sqlite,
            folder =>
            {
                standIn = Models([new()])(folder);
                return binary = folder.File("llama-server");
            },
            [.. Impatient, ("Relay:WorkerGrace", "00:00:01"), ("Relay:QueueWithin", "00:00:05")]);
        using var client = host.Client();
        var (error, answered) = await Ask(host, client);
        Assert.That(answered, Is.Empty);
        Assert.That(error?.Code, Is.EqualTo("no_model"));
        Assert.That(error!.Message, Does.Contain("Inference:LlamaServer").And.Contain("install llama.cpp"));
        File.CreateSymbolicLink(binary, standIn);
        await Eventually.Is(async () => (await Ask(host, client)).Text == Sound, Recovery);
    }

    private string _model = "";

    private Func<TestFolder, string> Models(FakeRun[] runs) => folder =>
    {
        _model = FakeModel.Write(folder.File("models"), "scripted", runs);
        return TestLlama.StandIn(folder);
    };

    /// <summary>A turn in a session of its own, as the client hears it and as it is stored.</summary>
    private static async Task<(MessageError? Error, string Text)> Ask(DurabilityHost host, ApiClient client)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var session = await client.OpenSession();
        var (asked, request) = await client.Say(session, "hello", Guid.NewGuid().ToString());
        var reading = new Reading(request);
        Assert.That(await reading.Continue(client, patience.Token), Is.True);
        var answer = await TurnAudit.OneEnd(host.Database, session, asked, reading);
        await using var scope = host.Database.Services.CreateAsyncScope();
        var events = await scope.ServiceProvider.GetRequiredService<IReplyLog>().Read(new(request), 0, 10_000, CancellationToken.None);
        return ((events[^1] as ReplyFailed)?.Error, answer.Text);
    }

    private static string Endless(int tokens)
    {
        var pieces = new FakeRun().Tokens;
        return string.Concat(Enumerable.Range(0, tokens).Select(i => pieces[i % pieces.Count]));
    }

    /// <summary>It is started three times for an attempt, and rests after six failures in a row.</summary>
    private static FakeRun[] EveryTime(FakeRun run) => [run, run, run, run, run, run];

    private static TestCaseData Of(string name, string code, string text, string[] says, FakeRun[] runs) =>
        new TestCaseData(code, text, says, runs).SetArgDisplayNames(name);
}
