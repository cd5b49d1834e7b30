using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using MeatLizard.Application.Inference;
using MeatLizard.Testing.Models;
using Microsoft.Extensions.AI;

namespace MeatLizard.Infrastructure.Tests.LlamaCpp;

/// <summary>The engine with a real llama-server and random models.</summary>
internal sealed class RealLlamaTests
{
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(10);

    // Never ends by itself, and takes its time.
    private static readonly TestModelOptions Slow = new()
    {
        Embedding = 256,
        Layers = 6,
        Heads = 4,
        FeedForward = 1024,
        ContextSize = 32768,
        EndRate = 1e-9,
    };

    private static readonly AIFunctionDeclaration Look = AIFunctionFactory.CreateDeclaration(
        "look",
        "Looks something up",
        JsonDocument.Parse("""{"type":"object","properties":{"q":{"type":"string"}},"required":["q"]}""").RootElement);

    private string _folder = "";

    [SetUp]
    public void NewFolder() => _folder = EngineUnderTest.NewFolder();

    [Test]
    public async Task It_answers_token_by_token_and_counts_them()
    {
        TestModel.Write(Path.Combine(_folder, "tiny.gguf"), new TestModelOptions { Name = "tiny", ContextSize = 4096 });
        await using var engine = EngineUnderTest.Real(_folder);

        // Longer than a prompt that is surely one batch: of those progress is not asked for.
        var answer = await engine.AskAsync(string.Join(' ', Enumerable.Repeat("hello", 110)), most: 20);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Text, Is.Not.Empty);
            Assert.That(answer.Updates[0].Contents[0], Is.InstanceOf<ProgressContent>().With.Property("Phase").EqualTo("loading"));
            Assert.That(
                answer.Contents.OfType<ProgressContent>().Last(),
                Has.Property("Phase").EqualTo("prompt").And.Property("Fraction").EqualTo(1));
            Assert.That(answer.Finish, Is.AnyOf(ChatFinishReason.Stop, ChatFinishReason.Length));
            Assert.That(answer.Usage.OutputTokenCount, Is.InRange(1, 20));
            Assert.That(answer.Usage.AdditionalCounts!.Keys, Is.EquivalentTo(["cached_tokens", "prompt_ms", "predicted_ms"]));
            Assert.That(answer.Updates.Select(x => x.ModelId), Has.Some.EqualTo("tiny"));
        }
    }

    [Test]
    public async Task Reasoning_arrives_as_its_own_part()
    {
        TestModel.Write(Path.Combine(_folder, "thinker.gguf"), new TestModelOptions { ReasoningEndRate = 0.05, EndRate = 0.01 });
        await using var engine = EngineUnderTest.Real(_folder);
        Assert.That(engine.Catalog.Models[0].SupportsReasoning, Is.True);
        var options = EngineUnderTest.Options(null, most: 400);
        options.Seed = 7;
        var answer = new Answer();
        await foreach (var update in engine.Client.GetStreamingResponseAsync("hello", options))
            answer.Add(update);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Reasoning, Is.Not.Empty);
            Assert.That(answer.Text, Is.Not.Empty);
            Assert.That(answer.Text + answer.Reasoning, Does.Not.Contain("<think>"));
            var parts = answer.Contents.Where(x => x is TextContent or TextReasoningContent).ToList();
            Assert.That(parts.FindIndex(x => x is TextContent), Is.GreaterThan(parts.FindLastIndex(x => x is TextReasoningContent)));
        }
    }

    [Test]
    public async Task A_tool_call_arrives_with_its_arguments()
    {
        TestModel.Write(Path.Combine(_folder, "caller.gguf"), new TestModelOptions { ToolRate = 0.2, EndRate = 0.005 });
        await using var engine = EngineUnderTest.Real(_folder);
        Assert.That(engine.Catalog.Models[0].SupportsTools, Is.True);
        var options = EngineUnderTest.Options(null, most: 600);
        (options.Tools, options.ToolMode) = ([Look], ChatToolMode.RequireAny);
        var response = await engine.Client.GetResponseAsync("hello", options);
        var call = response.Messages.SelectMany(x => x.Contents).OfType<FunctionCallContent>().First();
        Assert.That(call.Name, Is.EqualTo("look"));
        Assert.That(call.CallId, Is.Not.Empty);

        // And the call with its result can be sent back.
        List<ChatMessage> next =
        [
            new(ChatRole.User, "hello"),
            .. response.Messages,
            new(ChatRole.Tool, [new FunctionResultContent(call.CallId, "found")]),
        ];
        Assert.That((await engine.AskAsync(next, most: 5)).Usage.InputTokenCount, Is.GreaterThan(20));
    }

    [Test]
    public async Task An_image_reaches_the_model_that_has_a_projector_and_no_other()
    {
        var options = new TestModelOptions { Name = "seeing", EndRate = 1e-9 };
        TestModel.Write(Path.Combine(_folder, "seeing.gguf"), options);
        TestModel.Write(Path.Combine(_folder, "blind.gguf"), options);
        TestProjector.Write(Path.Combine(_folder, "mmproj-seeing.gguf"), options);
        await using var engine = EngineUnderTest.Real(_folder);
        Assert.That(engine.Catalog.Models.Select(model => (model.Name, model.SupportsImages)), Is.EqualTo([("blind", false), ("seeing", true)]));

        var (none, red, again, blue) = (await Ask(null), await Ask(TestImage.Png(255, 0, 0)), await Ask(TestImage.Png(255, 0, 0)), await Ask(TestImage.Png(0, 0, 255)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(red.Usage.InputTokenCount, Is.EqualTo(blue.Usage.InputTokenCount).And.GreaterThanOrEqualTo((none.Usage.InputTokenCount ?? 0) + TestProjector.Tokens));
            Assert.That(again.Text, Is.EqualTo(red.Text).And.Not.Empty);
            Assert.That(Cached(again), Is.GreaterThan(Cached(blue) + TestProjector.Tokens), "The same image was read before, another one was not.");
        }

        Assert.That(
            async () => await engine.AskAsync([Message(TestImage.Png(255, 0, 0))], model: "blind"),
            Throws.TypeOf<EngineException>().With.Property("Code").EqualTo(EngineException.CannotSee).And.Property("Retryable").False);
        Assert.That(
            async () => await engine.AskAsync([Message([0x89, 0x50, 1, 2, 3])], model: "seeing"),
            Throws.TypeOf<EngineException>().With.Property("Code").EqualTo(EngineException.Refused), "It is no image.");

        async Task<Answer> Ask(byte[]? image)
        {
            var chat = EngineUnderTest.Options("looking", "seeing", 32);
            (chat.Temperature, chat.Seed) = (0, 7);
            var answer = new Answer();
            await foreach (var update in engine.Client.GetStreamingResponseAsync([Message(image)], chat))
                answer.Add(update);
            return answer;
        }

        static long Cached(Answer answer) => answer.Usage.AdditionalCounts![EngineTags.CachedTokens];

        static ChatMessage Message(byte[]? image) => new(
            ChatRole.User,
            [new TextContent("What is this?"), .. image is null ? (AIContent[])[] : [new DataContent(image, "image/png")], new TextContent("Be brief.")]);
    }

    [Test]
    public async Task Cancelling_frees_the_slot_within_two_seconds()
    {
        TestModel.Write(Path.Combine(_folder, "slow.gguf"), Slow);
        await using var engine = EngineUnderTest.Real(_folder, ("Inference:ContextSize", "32768"), ("Inference:Slots", "1"));
        using var cancel = new CancellationTokenSource();
        Assert.That(
            async () =>
            {
                await foreach (var update in engine.Client.GetStreamingResponseAsync("hello", EngineUnderTest.Options("a"), cancel.Token))
                {
                    if (update.Text.Length == 0)
                        continue;
                    Assert.That(await BusyAsync(engine), Is.EqualTo(1));
                    await cancel.CancelAsync();
                }
            },
            Throws.InstanceOf<OperationCanceledException>());
        var took = await Soon.TrueAsync(async () => await BusyAsync(engine) == 0, TimeSpan.FromSeconds(2), "the slot is free");
        TestContext.Out.WriteLine($"The slot was free {took.TotalMilliseconds:0} ms after the cancel.");
        Assert.That(engine.Engine.Loaded!.Slots.Free, Is.EqualTo(1));
    }

    [Test]
    public async Task Leaving_the_enumeration_frees_the_slot_too()
    {
        TestModel.Write(Path.Combine(_folder, "slow.gguf"), Slow);
        await using var engine = EngineUnderTest.Real(_folder, ("Inference:ContextSize", "32768"), ("Inference:Slots", "1"));
        await foreach (var update in engine.Client.GetStreamingResponseAsync("hello", EngineUnderTest.Options("a")))
        {
            if (update.Text.Length > 0)
                break;
        }
        await Soon.TrueAsync(async () => await BusyAsync(engine) == 0, TimeSpan.FromSeconds(2), "the slot is free");
    }

    [Test]
    public async Task A_prompt_that_does_not_fit_says_what_it_needs()
    {
        TestModel.Tiny(_folder);
        await using var engine = EngineUnderTest.Real(_folder, ("Inference:ContextSize", "512"));
        var (fault, _) = await engine.FailAsync(new string('q', 3000));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(fault.Code, Is.EqualTo(EngineException.ContextExceeded));
            Assert.That(fault.PromptTokens, Is.GreaterThan(3000));
            Assert.That(fault.ContextSize, Is.EqualTo(512));
            Assert.That(fault.Message, Does.StartWith("This model's maximum context length is 512 tokens").And.Not.Contain("qqq"));
        }
        Assert.That((await engine.AskAsync("hello", most: 3)).Finish, Is.Not.Null);
    }

    [Test]
    public async Task A_missing_program_is_named()
    {
        TestModel.Tiny(_folder);
        await using var engine = EngineUnderTest.With(_folder, Path.Combine(_folder, "nowhere", "llama-server"), null);
        Assert.That(engine.Catalog.Models, Is.Empty);
        Assert.That(engine.Catalog.Problem, Does.Contain("Inference:LlamaServer"));
        Assert.That((await engine.FailAsync()).Fault.Code, Is.EqualTo(EngineException.Missing));
    }

    [Test]
    public async Task A_program_that_can_not_be_run_ends_with_the_reason()
    {
        TestModel.Tiny(_folder);
        var path = Path.Combine(_folder, "llama-server");
        await File.WriteAllTextAsync(path, "no program");
        await using var engine = EngineUnderTest.With(_folder, path, null);
        var (fault, _) = await engine.FailAsync();
        Assert.That(fault.Code, Is.EqualTo(EngineException.StartFailed));
        Assert.That(fault.Message, Does.Contain("exit code 12"));
    }

    [Test]
    public async Task A_bad_model_is_told_from_a_bad_engine()
    {
        var path = TestModel.Tiny(_folder);
        var bytes = await File.ReadAllBytesAsync(path);
        // The header stays readable; the name of a tensor that llama.cpp needs does not.
        "output_gone.weight"u8.CopyTo(bytes.AsSpan(bytes.AsSpan().IndexOf("output_norm.weight"u8)));
        await File.WriteAllBytesAsync(path, bytes);
        await using var engine = EngineUnderTest.Real(_folder);
        var (fault, _) = await engine.FailAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(fault.Code, Is.EqualTo(EngineException.ModelBad));
            Assert.That(fault.Retryable, Is.False);
            Assert.That(fault.Message, Does.Contain("output_norm").And.Not.Contain(_folder));
        }
    }

    [Test]
    public async Task An_unknown_model_is_named()
    {
        TestModel.Tiny(_folder);
        await using var engine = EngineUnderTest.Real(_folder);
        var (fault, _) = await engine.FailAsync(model: "other");
        Assert.That(fault.Code, Is.EqualTo(EngineException.ModelUnknown));
        Assert.That(fault.Message, Does.Contain("other"));
    }

    [Test]
    public async Task A_taken_port_is_left_for_another_one()
    {
        TestModel.Tiny(_folder);
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var ports = new Queue<int>([((IPEndPoint)taken.LocalEndpoint).Port, Infrastructure.LlamaCpp.LlamaServer.FreePort()]);
        await using var engine = EngineUnderTest.With(_folder, TestLlama.Binary, () => ports.Dequeue());
        Assert.That((await engine.AskAsync("hello", most: 3)).Finish, Is.Not.Null);
        Assert.That(ports, Is.Empty);
    }

    [Test]
    public async Task A_killed_one_fails_the_answer_and_is_started_again()
    {
        TestModel.Write(Path.Combine(_folder, "slow.gguf"), Slow);
        await using var engine = EngineUnderTest.Real(_folder, ("Inference:ContextSize", "32768"));
        var answer = engine.Client.GetStreamingResponseAsync("hello").GetAsyncEnumerator();
        while (!await answer.MoveNextAsync() || answer.Current.Text.Length == 0)
            Assert.That(answer.Current, Is.Not.Null);
        using var child = Process.GetProcessById(engine.Engine.Loaded!.ProcessId);
        child.Kill();
        Assert.That(
            () => ToEndAsync(answer),
            Throws.TypeOf<EngineException>().With.Property("Code").EqualTo(EngineException.Crashed).And.Message.Contains("signal 9"));
        var watch = Stopwatch.StartNew();
        Assert.That((await engine.AskAsync("hello", most: 3)).Finish, Is.Not.Null);
        Assert.That(watch.Elapsed, Is.LessThan(Recovery));
    }

    [Test]
    public async Task A_stopped_one_is_silent_and_is_started_again()
    {
        TestModel.Write(Path.Combine(_folder, "slow.gguf"), Slow);
        await using var engine = EngineUnderTest.Real(_folder, ("Inference:ContextSize", "32768"), ("Inference:TokenSilence", "00:00:01"));
        var answer = engine.Client.GetStreamingResponseAsync("hello").GetAsyncEnumerator();
        while (!await answer.MoveNextAsync() || answer.Current.Text.Length == 0)
            Assert.That(answer.Current, Is.Not.Null);
        using (var stop = Process.Start("/bin/kill", ["-STOP", $"{engine.Engine.Loaded!.ProcessId}"]))
            await stop.WaitForExitAsync();
        Assert.That(
            () => ToEndAsync(answer),
            Throws.TypeOf<EngineException>().With.Property("Code").EqualTo(EngineException.Silent));
        var watch = Stopwatch.StartNew();
        Assert.That((await engine.AskAsync("hello", most: 3)).Finish, Is.Not.Null);
        Assert.That(watch.Elapsed, Is.LessThan(Recovery));
    }

    [Test]
    public async Task A_stopped_one_that_embeds_is_silent_and_is_started_again()
    {
        TestModel.Write(Path.Combine(_folder, "vectors.gguf"), new TestModelOptions());
        await File.WriteAllTextAsync(Path.Combine(_folder, "vectors.json"), """{"embeddings":true}""");
        await using var engine = EngineUnderTest.Real(_folder, ("Inference:TokenSilence", "00:00:01"));
        Assert.That(await engine.Embeddings.GenerateAsync(["warm"]), Has.Count.EqualTo(1));
        using (var stop = Process.Start("/bin/kill", ["-STOP", $"{engine.Engine.Loaded!.ProcessId}"]))
            await stop.WaitForExitAsync();
        Assert.That(
            () => engine.Embeddings.GenerateAsync(["cold"]),
            Throws.TypeOf<EngineException>().With.Property("Code").EqualTo(EngineException.Silent));
        var watch = Stopwatch.StartNew();
        Assert.That(await engine.Embeddings.GenerateAsync(["warm"]), Has.Count.EqualTo(1));
        Assert.That(watch.Elapsed, Is.LessThan(Recovery));
    }

    [Test]
    public async Task Another_model_takes_the_place_when_the_first_one_is_through()
    {
        TestModel.Tiny(_folder);
        TestModel.Write(Path.Combine(_folder, "second.gguf"), new TestModelOptions { Seed = 2 });
        await using var engine = EngineUnderTest.Real(_folder);
        var first = engine.AskAsync("hello", model: "tiny");
        var second = engine.AskAsync("hello", model: "second");
        var third = engine.AskAsync("hello", model: "tiny");
        Assert.That(await Task.WhenAll(first, second, third), Has.All.Property("Finish").Not.Null);
        Assert.That((await second).Updates[^1].ModelId, Is.EqualTo("second"));
    }

    [Test]
    public async Task An_idle_one_is_unloaded_and_comes_back_when_asked()
    {
        TestModel.Tiny(_folder);
        await using var engine = EngineUnderTest.Real(_folder, ("Inference:IdleUnloadAfter", "00:00:00.2"));
        _ = await engine.AskAsync("hello", most: 3);
        var child = engine.Engine.Loaded?.ProcessId;
        await Soon.TrueAsync(() => engine.Engine.Loaded is null, Recovery, "it is unloaded");
        if (child is { } id)
            await Soon.TrueAsync(() => !Processes.Exists(id), Recovery, "its process is gone");
        Assert.That((await engine.AskAsync("hello", most: 3)).Finish, Is.Not.Null);
    }

    [Test]
    public async Task A_connection_that_it_waited_on_for_too_long_costs_no_answer()
    {
        TestModel.Tiny(_folder);
        await using var engine = EngineUnderTest.Real(_folder);
        _ = await engine.AskAsync("hello", most: 3);
        var line = engine.Engine.Loaded!.Line;
        _ = await Soon.TrueAsync(() => line.IsReady, Recovery, "there is one for the next question");
        _ = await Soon.TrueAsync(() => !line.IsReady, 2 * Recovery, "llama-server closed it");
        Assert.That((await engine.AskAsync("hello", most: 3)).Finish, Is.Not.Null);
    }

    private static async Task ToEndAsync(IAsyncEnumerator<ChatResponseUpdate> answer)
    {
        while (await answer.MoveNextAsync())
            Assert.That(answer.Current.FinishReason, Is.Null);
    }

    private static async Task<int> BusyAsync(EngineUnderTest engine)
    {
        var slots = await engine.Engine.Loaded!.Http.GetFromJsonAsync<JsonElement>("slots");
        return slots.EnumerateArray().Count(x => x.GetProperty("is_processing").GetBoolean());
    }
}
