using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json.Nodes;
using MeatLizard.EndToEnd.Tests.Hosting;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;
using OpenAI.Models;
using OpenAI.Responses;

namespace MeatLizard.EndToEnd.Tests.OpenAi;

/// <summary>OpenAI's package for .NET, against a real llama-server behind the server.</summary>
[TestFixture]
internal sealed class DotNetClientTests
{
    private static readonly BinaryData LookParameters =
        BinaryData.FromString("""{"type":"object","properties":{"q":{"type":"string"}},"required":["q"],"additionalProperties":false}""");

    private TestFolder _folder = null!;
    private ProductProcess _server = null!;
    private ApiKeyCredential _key = null!;

    private OpenAIClientOptions Options => new() { Endpoint = new(_server.Address, "v1"), RetryPolicy = new ClientRetryPolicy(0) };

    [OneTimeSetUp]
    public async Task Start()
    {
        _folder = new TestFolder();
        TestModel.Tiny(_folder.File("models"));
        TestModel.Write(_folder.File("models/caller.gguf"), new TestModelOptions { Name = "caller", ToolRate = 0.2, EndRate = 0.005 });
        var vectors = TestModel.Write(_folder.File("models/vectors.gguf"), new TestModelOptions { Name = "vectors", Seed = 5 });
        await File.WriteAllTextAsync(Path.ChangeExtension(vectors, ".json"), """{"embeddings":true}""");
        _server = await ProductProcess.StartBuilt(
            _folder.File("data"), $"--Inference:Models={_folder.File("models")}", $"--Inference:LlamaServer={TestLlama.Binary}", "--Inference:Threads=1", "--Limits:PerMinute=10000", "--Cache:Answers:Enabled=false");
        _key = new(await _server.SignUp());
        await Eventually.Is(async () => (await new OpenAIModelClient(_key, Options).GetModelsAsync()).Value.Count == 3);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
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
        var look = ChatTool.CreateFunctionTool("look", "Looks something up", LookParameters);
        List<ChatMessage> messages = [new UserChatMessage("hello")];
        var first = (await client.CompleteChatAsync(
            messages,
            new ChatCompletionOptions { Tools = { look }, ToolChoice = ChatToolChoice.CreateRequiredChoice(), AllowParallelToolCalls = false, MaxOutputTokenCount = 600 })).Value;

        // A random model may call on until its tokens are used up.
        Assert.That(first.FinishReason, Is.AnyOf(ChatFinishReason.ToolCalls, ChatFinishReason.Length));
        var call = first.ToolCalls[0];
        Assert.That((call.FunctionName, JsonNode.Parse(call.FunctionArguments)!["q"] is not null), Is.EqualTo(("look", true)));

        messages.AddRange([new AssistantChatMessage([call]), new ToolChatMessage(call.Id, "found")]);
        var second = (await client.CompleteChatAsync(messages, new ChatCompletionOptions { MaxOutputTokenCount = 5 })).Value;
        Assert.That(second.Usage.InputTokenCount, Is.GreaterThan(20));
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
    public async Task It_makes_responses_and_streams_them()
    {
        var client = new ResponsesClient(
            _key, new ResponsesClientOptions { Endpoint = new(_server.Address, "v1"), RetryPolicy = new ClientRetryPolicy(0) });
        CreateResponseOptions Asked() => new("tiny", [ResponseItem.CreateUserMessageItem("Why do lizards bask?")])
        {
            Instructions = "Be brief.",
            StoredOutputEnabled = false,
            MaxOutputTokenCount = 24,
            Temperature = 0,
        };
        var whole = (await client.CreateResponseAsync(Asked())).Value;
        var text = "";
        ResponseResult? ended = null;
        var streamed = Asked();
        streamed.StreamingEnabled = true;
        await foreach (var update in client.CreateResponseStreamingAsync(streamed))
        {
            switch (update)
            {
                case StreamingResponseOutputTextDeltaUpdate delta:
                    text += delta.Delta;
                    break;
                case StreamingResponseCompletedUpdate completed:
                    ended = completed.Response;
                    break;
                case StreamingResponseIncompleteUpdate incomplete:
                    ended = incomplete.Response;
                    break;
            }
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(whole.GetOutputText(), Is.Not.Empty.And.EqualTo(text));
            Assert.That(ended?.GetOutputText(), Is.EqualTo(text));
            Assert.That(ended?.Usage.OutputTokenCount, Is.EqualTo(whole.Usage.OutputTokenCount));
            Assert.That(whole.Status, Is.AnyOf(ResponseStatus.Completed, ResponseStatus.Incomplete));
        }
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
}
