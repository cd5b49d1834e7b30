using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json.Nodes;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;
using OpenAI.Models;

namespace MeatLizard.EndToEnd.Tests.OpenAi;

/// <summary>OpenAI's package for .NET, against a real llama-server behind the server: in its process, and over the link.</summary>
[TestFixture(CarriedServer.InProcess)]
[TestFixture(CarriedServer.Link)]
internal sealed partial class DotNetClientTests(string carrier)
{
    private static readonly BinaryData LookParameters =
        BinaryData.FromString("""{"type":"object","properties":{"q":{"type":"string"}},"required":["q"],"additionalProperties":false}""");

    private static readonly ChatTool Look = ChatTool.CreateFunctionTool("look", "Looks something up", LookParameters);

    private TestFolder _folder = null!;
    private CarriedServer _server = null!;
    private ApiKeyCredential _key = null!;

    private OpenAIClientOptions Options => new() { Endpoint = new(_server.Address, "v1"), RetryPolicy = new ClientRetryPolicy(0) };

    [OneTimeSetUp]
    public async Task Start()
    {
        _folder = new TestFolder();
        Write(new() { Name = "tiny" });
        Write(new() { Name = "caller", ToolRate = 0.2, EndRate = 0.005 });
        Write(new() { Name = "chooser", ToolRate = 0.02, EndRate = 0.04 });
        Write(new() { Name = "thinker", ReasoningEndRate = 0.05, EndRate = 0.01 });
        Write(new() { Name = "endless", Embedding = 256, Layers = 6, FeedForward = 1024, ContextSize = 32768, EndRate = 1e-9 });
        Write(new() { Name = "vectors", Seed = 5 });
        await File.WriteAllTextAsync(_folder.File("models/vectors.json"), """{"embeddings":true}""");

        // This client sends no header of ours, and a kept answer would be compared to itself.
        _server = await CarriedServer.Start(carrier, _folder, "--Cache:Answers:Enabled=false");
        _key = new(_server.Key);
        await _server.HasModels(6);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task It_lists_models_and_finds_one()
    {
        var client = new OpenAIModelClient(_key, Options);
        Assert.That((await client.GetModelsAsync()).Value.Select(model => model.Id), Is.EquivalentTo(["caller", "chooser", "endless", "thinker", "tiny", "vectors"]));
        Assert.That((await client.GetModelAsync("tiny")).Value.OwnedBy, Is.EqualTo(carrier == CarriedServer.Link ? "anna-mac" : "local"));
    }

    [Test]
    public async Task It_chats_and_streams()
    {
        var client = Chat("tiny");
        ChatMessage[] messages = [new SystemChatMessage("Be brief."), new UserChatMessage("Why do lizards bask?")];
        var options = new ChatCompletionOptions { MaxOutputTokenCount = 24, Temperature = 0, Seed = 7 };
        var whole = (await client.CompleteChatAsync(messages, options)).Value;
        var text = "";
        ChatTokenUsage? usage = null;
        await foreach (var update in client.CompleteChatStreamingAsync(messages, options))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            usage = update.Usage ?? usage;
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(whole.Content[0].Text, Is.Not.Empty.And.EqualTo(text));
            Assert.That(whole.Usage.OutputTokenCount, Is.InRange(1, 24).And.EqualTo(usage?.OutputTokenCount));
            Assert.That(whole.FinishReason, Is.AnyOf(ChatFinishReason.Stop, ChatFinishReason.Length));
        }
    }

    [Test]
    public async Task It_lets_a_tool_be_called_and_says_what_that_returned()
    {
        var client = Chat("caller");
        List<ChatMessage> messages = [new UserChatMessage("hello")];
        var first = (await client.CompleteChatAsync(
            messages,
            new ChatCompletionOptions { Tools = { Look }, ToolChoice = ChatToolChoice.CreateRequiredChoice(), AllowParallelToolCalls = false, MaxOutputTokenCount = 600 })).Value;

        // A random model may call on until its tokens are used up.
        Assert.That(first.FinishReason, Is.AnyOf(ChatFinishReason.ToolCalls, ChatFinishReason.Length));
        var call = first.ToolCalls[0];
        Assert.That((call.FunctionName, JsonNode.Parse(call.FunctionArguments)!["q"] is not null), Is.EqualTo(("look", true)));

        messages.AddRange([new AssistantChatMessage([call]), new ToolChatMessage(call.Id, "found")]);
        var second = (await client.CompleteChatAsync(messages, new ChatCompletionOptions { MaxOutputTokenCount = 5 })).Value;
        Assert.That(second.Usage.InputTokenCount, Is.GreaterThan(20));
    }

    [Test]
    public async Task A_streamed_call_is_the_same_as_a_whole_one()
    {
        ChatMessage[] messages = [new UserChatMessage("hello")];
        ChatCompletionOptions Asked() => new() { Tools = { Look }, ToolChoice = ChatToolChoice.CreateRequiredChoice(), MaxOutputTokenCount = 600, Seed = 3 };
        var whole = (await Chat("caller").CompleteChatAsync(messages, Asked())).Value;
        var text = "";
        ChatFinishReason? end = null;
        SortedDictionary<int, (string? Id, string? Name, string Arguments)> calls = [];
        await foreach (var update in Chat("caller").CompleteChatStreamingAsync(messages, Asked()))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            end = update.FinishReason ?? end;
            foreach (var piece in update.ToolCallUpdates)
            {
                var (id, name, arguments) = calls.GetValueOrDefault(piece.Index, (null, null, ""));
                calls[piece.Index] = (piece.ToolCallId ?? id, piece.FunctionName ?? name, arguments + piece.FunctionArgumentsUpdate);
            }
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(whole.ToolCalls, Is.Not.Empty);
            Assert.That(calls.Values.Select(call => (call.Name, call.Arguments)), Is.EqualTo(whole.ToolCalls.Select(call => (call.FunctionName, call.FunctionArguments.ToString()))));
            Assert.That(calls.Keys, Is.EqualTo(Enumerable.Range(0, calls.Count)));
            Assert.That(calls.Values.Select(call => call.Id), Is.Unique.And.None.Empty);
            Assert.That(end, Is.EqualTo(whole.FinishReason));
            Assert.That(text, Is.EqualTo(string.Concat(whole.Content.Select(part => part.Text))));
        }
    }

    /// <summary>Nothing makes this model call but its own next token: after some seeds it does, and after others it ends without.</summary>
    [Test]
    public async Task A_model_that_may_choose_calls_a_tool_or_does_not()
    {
        HashSet<bool> called = [];
        for (var seed = 1; called.Count < 2 && seed <= 60; seed++)
        {
            var answer = await Asked(ChatToolChoice.CreateAutoChoice(), seed);
            called.Add(answer.ToolCalls.Count > 0);
            Assert.That(answer.ToolCalls.Select(call => call.FunctionName), Is.All.EqualTo("look"));
            if (answer.ToolCalls.Count > 0)
            {
                Assert.That((await Asked(ChatToolChoice.CreateNoneChoice(), seed)).ToolCalls, Is.Empty, $"seed {seed}, told not to");
            }
            else
            {
                Assert.That((await Asked(ChatToolChoice.CreateRequiredChoice(), seed)).ToolCalls, Is.Not.Empty, $"seed {seed}, told to");
            }
        }

        Assert.That(called, Is.EquivalentTo([true, false]));

        async Task<ChatCompletion> Asked(ChatToolChoice choice, int seed) => (await Chat("chooser").CompleteChatAsync(
            [new UserChatMessage("hello")], new ChatCompletionOptions { Tools = { Look }, ToolChoice = choice, Seed = seed, MaxOutputTokenCount = 400 })).Value;
    }

    [Test]
    public async Task Whoever_cancels_frees_the_slot_for_the_next([Values] bool stream)
    {
        using var leaving = new CancellationTokenSource();
        var pieces = 0;
        Assert.That(
            async () =>
            {
                if (!stream)
                {
                    var answering = Chat("endless").CompleteChatAsync([new UserChatMessage("hello")], cancellationToken: leaving.Token);
                    await Eventually.Is(async () => await _server.SlotsFree() == 0);
                    await leaving.CancelAsync();
                    await answering;
                }

                await foreach (var update in Chat("endless").CompleteChatStreamingAsync([new UserChatMessage("hello")], cancellationToken: leaving.Token))
                {
                    pieces += update.ContentUpdate.Count;
                    if (pieces == 3)
                    {
                        Assert.That(await _server.SlotsFree(), Is.Zero);
                        await leaving.CancelAsync();
                    }
                }
            },
            Throws.InstanceOf<OperationCanceledException>());
        await Eventually.Is(async () => await _server.SlotsFree() == 1);

        // The one slot there is.
        var next = (await Chat("endless").CompleteChatAsync([new UserChatMessage("hello")], new ChatCompletionOptions { MaxOutputTokenCount = 3 })).Value;
        Assert.That(next.FinishReason, Is.EqualTo(ChatFinishReason.Length));
    }

    [Test]
    public async Task It_gets_the_form_that_it_asks_for()
    {
        var schema = BinaryData.FromString("""{"type":"object","properties":{"ok":{"type":"boolean"}},"required":["ok"],"additionalProperties":false}""");
        var answer = (await Chat("tiny").CompleteChatAsync(
            [new UserChatMessage("Is it?")],
            new ChatCompletionOptions { ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("verdict", schema, jsonSchemaIsStrict: true), MaxOutputTokenCount = 300 })).Value;
        Assert.That(JsonNode.Parse(answer.Content[0].Text)!["ok"]!.GetValue<bool>(), Is.AnyOf(true, false));
    }

    [Test]
    public async Task It_embeds()
    {
        var client = new EmbeddingClient("vectors", _key, Options);
        var several = (await client.GenerateEmbeddingsAsync(["A lizard basks.", "It rains."])).Value;
        var one = (await client.GenerateEmbeddingAsync("It rains.")).Value;
        Assert.That(several, Has.Count.EqualTo(2));
        Assert.That(several[1].ToFloats().ToArray(), Is.EqualTo(one.ToFloats().ToArray()).Within(1e-5));
        Assert.That(several[0].ToFloats().ToArray(), Is.Not.EqualTo(several[1].ToFloats().ToArray()));
    }

    [Test]
    public void It_knows_our_refusals()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                async () => await Chat("nobody").CompleteChatAsync("x"),
                Throws.TypeOf<ClientResultException>().With.Property("Status").EqualTo(404).And.Message.Contains("model_not_found"));
            Assert.That(
                async () => await new ChatClient("tiny", new ApiKeyCredential("ml_wrong"), Options).CompleteChatAsync("x"),
                Throws.TypeOf<ClientResultException>().With.Property("Status").EqualTo(401).And.Message.Contains("invalid_api_key"));
        }
    }

    private ChatClient Chat(string model) => new(model, _key, Options);

    private void Write(TestModelOptions options) => TestModel.Write(_folder.File($"models/{options.Name}.gguf"), options);
}
