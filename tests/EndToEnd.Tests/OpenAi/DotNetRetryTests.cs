using System.ClientModel;
using System.ClientModel.Primitives;
using System.Collections.Concurrent;
using System.Net.Http.Json;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;
using OpenAI;
using OpenAI.Chat;

namespace MeatLizard.EndToEnd.Tests.OpenAi;

/// <summary>What OpenAI's package for .NET tries again by itself, with its own policy and our headers.</summary>
[TestFixture(CarriedServer.InProcess)]
[TestFixture(CarriedServer.Link)]
[Parallelizable(ParallelScope.Self)]
internal sealed class DotNetRetryTests(string carrier)
{
    private const int Often = 10;

    private TestFolder _folder = null!;
    private CarriedServer _server = null!;

    [SetUp]
    public async Task Start()
    {
        _folder = new TestFolder();
        Directory.CreateDirectory(_folder.File("models"));
        _server = await CarriedServer.Start(carrier, _folder, "--Relay:WorkerGrace=00:00:00.1");
        await _server.HasWorker();
    }

    [TearDown]
    public async Task Stop()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task A_503_is_tried_again_until_there_is_a_model()
    {
        Assert.That(
            async () => await Client(new(), retries: 0).CompleteChatAsync("hello"),
            Throws.TypeOf<ClientResultException>().With.Property("Status").EqualTo(503).And.Message.Contains("no_model"));

        var tries = new Tries();
        var patient = Client(tries, Often).CompleteChatAsync([new UserChatMessage("hello")], new ChatCompletionOptions { MaxOutputTokenCount = 3 });
        await Eventually.Is(() => !tries.Statuses.IsEmpty);
        TestModel.Tiny(_folder.File("models"));
        Assert.That((await patient).Value.Content[0].Text, Is.Not.Empty);
        Assert.That(tries.Statuses.SkipLast(1), Is.Not.Empty.And.All.EqualTo(503));
        Assert.That(tries.Statuses.Last(), Is.EqualTo(200));
    }

    [Test]
    public async Task A_429_is_tried_again_until_the_other_answer_has_ended()
    {
        TestModel.Write(
            _folder.File("models/tiny.gguf"), new() { Name = "tiny", Embedding = 256, Layers = 6, FeedForward = 1024, ContextSize = 32768, EndRate = 1e-9 });
        await _server.HasModels(1);
        using (var limited = await _server.Http.PutAsJsonAsync("api/v1/admin/limits", new { scope = "user", measure = "concurrency", amount = 1 }))
        {
            Assert.That(limited.IsSuccessStatusCode, await limited.Content.ReadAsStringAsync());
        }

        using var leaving = new CancellationTokenSource();
        await using var open = Client(new(), retries: 0).CompleteChatStreamingAsync([new UserChatMessage("hello")], cancellationToken: leaving.Token)
            .GetAsyncEnumerator(CancellationToken.None);
        Assert.That(await open.MoveNextAsync());
        Assert.That(
            async () => await Client(new(), retries: 0).CompleteChatAsync("hello"),
            Throws.TypeOf<ClientResultException>().With.Property("Status").EqualTo(429).And.Message.Contains("rate_limit_exceeded"));

        var tries = new Tries();
        var patient = Client(tries, Often).CompleteChatAsync([new UserChatMessage("hello")], new ChatCompletionOptions { MaxOutputTokenCount = 3 });
        await Eventually.Is(() => !tries.Statuses.IsEmpty);
        await leaving.CancelAsync();
        Assert.That(
            async () =>
            {
                while (await open.MoveNextAsync())
                {
                    Assert.That(open.Current.FinishReason, Is.Null);
                }
            },
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That((await patient).Value.FinishReason, Is.EqualTo(ChatFinishReason.Length));
        Assert.That(tries.Statuses.SkipLast(1), Is.Not.Empty.And.All.EqualTo(429));
        Assert.That(tries.RetryAfter, Is.All.EqualTo("1"));
    }

    private ChatClient Client(Tries tries, int retries)
    {
        var options = new OpenAIClientOptions { Endpoint = new(_server.Address, "v1"), RetryPolicy = new ClientRetryPolicy(retries) };
        options.AddPolicy(tries, PipelinePosition.PerTry);
        return new("tiny", new ApiKeyCredential(_server.Key), options);
    }

    /// <summary>What every try of a call was answered.</summary>
    private sealed class Tries : PipelinePolicy
    {
        public ConcurrentQueue<int> Statuses { get; } = new();

        /// <summary>Of the refused ones.</summary>
        public ConcurrentQueue<string?> RetryAfter { get; } = new();

        public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            ProcessNext(message, pipeline, currentIndex);
            Keep(message.Response!);
        }

        public override async ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            await ProcessNextAsync(message, pipeline, currentIndex);
            Keep(message.Response!);
        }

        private void Keep(PipelineResponse response)
        {
            if (response.IsError)
            {
                RetryAfter.Enqueue(response.Headers.TryGetValue("Retry-After", out var seconds) ? seconds : null);
            }

            Statuses.Enqueue(response.Status);
        }
    }
}
