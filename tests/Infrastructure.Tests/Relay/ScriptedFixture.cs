using MeatLizard.Application.Conversations;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;
using MeatLizard.Testing;
using MeatLizard.Testing.Relay;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Infrastructure.Tests.Relay;

/// <summary>A server whose only worker is the test.</summary>
internal abstract class ScriptedFixture
{
    private TestFolder _folder = null!;

    protected ScriptedWorker Worker { get; private set; } = null!;

    protected RelayHost Host { get; private set; } = null!;

    protected AheadTime Time { get; private set; } = null!;

    protected virtual IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>();

    [SetUp]
    public async Task Start()
    {
        _folder = new TestFolder();
        Time = new AheadTime();
        await StartHost();
    }

    [TearDown]
    public async Task Stop()
    {
        await Host.DisposeAsync();
        _folder.Dispose();
    }

    protected virtual void Decorate(IServiceCollection services)
    {
    }

    protected async Task Restart(Func<Task>? meanwhile = null)
    {
        await Host.DisposeAsync();
        await (meanwhile?.Invoke() ?? Task.CompletedTask);
        await StartHost();
    }

    protected async Task<(SessionId Session, RequestId Request)> Ask(string text = "Hello?")
    {
        var session = await Host.OpenSession();
        return (session, (await Host.Say(session, text)).Request.Id);
    }

    protected async Task<RelayRequestState> State(RequestId request) => (await Host.Send(new GetRequest(request))).Value;

    /// <summary>The one end of a turn: everything is read to the end, and what is stored is checked against it.</summary>
    protected async Task<(Message Answer, IReadOnlyList<ReplyEvent> Events)> OneEnd(SessionId session, RequestId request)
    {
        var events = await Host.ReadToEnd(request);
        var messages = (await Host.Messages(session)).Where(message => message.RequestId == request).ToArray();
        var stored = (await Host.Send(new GetSession(session))).Value;
        await using var scope = Host.Services.CreateAsyncScope();
        var all = await scope.ServiceProvider.GetRequiredService<IReplyLog>().Read(request, 0, 1_000_000, CancellationToken.None);

        Assert.That(messages, Has.Length.EqualTo(1));
        Assert.That(stored.OpenRequestId, Is.Not.EqualTo(request));
        Assert.That((await State(request)).IsOpen, Is.False);
        Assert.That(all.Select(happened => happened.Id), Is.EqualTo(Enumerable.Range(1, all.Count).Select(id => (long)id)));
        Assert.That(all.Count(happened => happened.IsEnd), Is.EqualTo(1));
        Assert.That(all[^1].IsEnd, Is.True);
        Assert.That(string.Concat(events.OfType<ReplyDelta>().Select(delta => delta.Text)), Is.EqualTo(messages[0].Text));
        return (messages[0], events);
    }

    private async Task StartHost()
    {
        Worker = new ScriptedWorker();
        Host = await Worker.Host(_folder, Settings, services =>
        {
            services.AddSingleton<TimeProvider>(Time);
            Decorate(services);
        });
    }
}
