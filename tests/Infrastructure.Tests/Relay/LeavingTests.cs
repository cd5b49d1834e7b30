using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MeatLizard.Application.Inference;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;
using MeatLizard.Testing;
using MeatLizard.Testing.Relay;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Primitives;

namespace MeatLizard.Infrastructure.Tests.Relay;

/// <summary>A host that is stopped in good order says what becomes of the answers that it is at.</summary>
[TestFixture]
internal sealed class LeavingTests
{
    private TestFolder _folder = null!;

    [SetUp]
    public void NewFolder() => _folder = new TestFolder();

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public async Task What_had_text_ends_with_it_before_the_host_is_down()
    {
        var engine = new TypedEngine();
        var host = await Host(engine);
        var session = await host.OpenSession();
        var request = (await host.Say(session, "Hello?")).Request.Id;
        await engine.Type("Half an ");
        await Eventually.Is(async () => (await host.Send(new GetRequest(request))).Value.Status == RequestStatus.Streaming);
        await host.DisposeAsync();

        await using var next = await Host(new TypedEngine());
        var answer = (await next.Messages(session))[1];
        Assert.That((answer.Status, answer.Text, answer.Error!.Code), Is.EqualTo((MessageStatus.Failed, "Half an ", "worker_stopping")));
        Assert.That((await next.ReadToEnd(request))[^1], Is.InstanceOf<ReplyFailed>());
    }

    [Test]
    public async Task What_had_no_text_is_answered_by_the_next_host()
    {
        var engine = new TypedEngine();
        var host = await Host(engine);
        var session = await host.OpenSession();
        var request = (await host.Say(session, "Hello?")).Request.Id;
        await engine.Asked;
        await host.DisposeAsync();

        var second = new TypedEngine();
        await using var next = await Host(second);
        await second.Type("Here I am.");
        second.Finish();
        var events = await next.ReadToEnd(request);
        var state = (await next.Send(new GetRequest(request))).Value;

        Assert.That(events[^1], Is.InstanceOf<ReplyCompleted>());
        Assert.That((await next.Messages(session))[1].Text, Is.EqualTo("Here I am."));
        Assert.That((state.Attempt, state.FailedAttempts), Is.EqualTo((2, 1)));
    }

    private Task<RelayHost> Host(TypedEngine engine) => RelayHost.Start(
        _folder,
        new Dictionary<string, string?> { ["Inference:LlamaServer"] = "none" },
        services =>
        {
            services.RemoveAll<IChatClient>();
            services.RemoveAll<IEngineCatalog>();
            services.AddSingleton<IChatClient>(engine);
            services.AddSingleton<IEngineCatalog>(engine);
        });

    /// <summary>An engine that answers what the test types.</summary>
    private sealed class TypedEngine : IChatClient, IEngineCatalog
    {
        private readonly Channel<string> _typed = Channel.CreateUnbounded<string>();
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyList<ModelDescriptor> Models { get; } = [ScriptedWorker.Model("typed", slots: 2)];

        public string? Problem => null;

        public Task Asked => _asked.Task;

        public IChangeToken Watch() => new CancellationChangeToken(CancellationToken.None);

        public ValueTask Type(string text) => _typed.Writer.WriteAsync(text);

        public void Finish() => _typed.Writer.Complete();

        public Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages,
            ChatOptions? options = null,
            [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            _asked.TrySetResult();
            await foreach (var text in _typed.Reader.ReadAllAsync(cancellationToken))
            {
                yield return new ChatResponseUpdate(ChatRole.Assistant, text);
            }
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
