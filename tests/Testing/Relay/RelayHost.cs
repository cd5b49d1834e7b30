using MeatLizard.Application;
using MeatLizard.Application.Conversations;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Identity;
using MeatLizard.Infrastructure.LlamaCpp;
using MeatLizard.Infrastructure.Redis;
using MeatLizard.Infrastructure.Relay;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.Testing.Models;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Testing.Relay;

/// <summary>The server without its HTTP face: storage, relay, in-process worker and a llama-server, put together as the product does it.</summary>
public sealed class RelayHost : IAsyncDisposable
{
    private readonly IHost _host;

    private RelayHost(IHost host, Actor actor)
    {
        _host = host;
        Actor = actor;
    }

    /// <summary>The owner, on whose behalf the calls run.</summary>
    public Actor Actor { get; }

    public IServiceProvider Services => _host.Services;

    /// <param name="settings">Configuration keys beside the defaults: data and models folder, llama-server, storage.</param>
    /// <param name="also">Replaces or decorates what the product registers.</param>
    public static async Task<RelayHost> Start(
        string dataFolder,
        IReadOnlyDictionary<string, string?>? settings = null,
        Action<IServiceCollection>? also = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["DataFolder"] = dataFolder,
            ["Inference:Models"] = Path.Combine(dataFolder, "models"),
        });
        if (settings?.ContainsKey("Inference:LlamaServer") != true)
        {
            builder.Configuration.AddInMemoryCollection([new("Inference:LlamaServer", TestLlama.Binary)]);
        }

        builder.Configuration.AddInMemoryCollection(settings ?? new Dictionary<string, string?>());
        builder.Logging.AddFilter(level => level >= LogLevel.Warning).AddProvider(new TestOutputLogs());
        builder.Services
            .AddUseCases()
            .AddStorage(builder.Configuration)
            .AddRedis(builder.Configuration)
            .AddIdentity()
            .AddRelay(builder.Configuration)
            .AddInProcessWorker(builder.Configuration)
            .AddLlamaCpp(builder.Configuration);
        also?.Invoke(builder.Services);
        builder.ConfigureContainer(new DefaultServiceProviderFactory(new() { ValidateScopes = true, ValidateOnBuild = true }));
        var host = builder.Build();
        await host.Services.GetRequiredService<IDatabaseMigrator>().Migrate(CancellationToken.None);
        var actor = await Owner(host.Services);
        await host.StartAsync();
        return new(host, actor);
    }

    public Task<T> Send<T>(MediatR.IRequest<T> request) => Services.GetRequiredService<UseCases>().Send(request, Actor, CancellationToken.None);

    public async Task<SessionId> OpenSession(string? systemPrompt = null) =>
        (await Send(new OpenSession(new(null, null, systemPrompt, null, null)))).Value.Id;

    public async Task<SubmittedTurn> Say(SessionId session, string text) =>
        (await Send(new SubmitMessage(session, [new TextPart(text)], null, null))).Value;

    /// <summary>All events of a request, to its end.</summary>
    public async Task<IReadOnlyList<ReplyEvent>> ReadToEnd(RequestId request)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        List<ReplyEvent> events = [];
        await foreach (var happened in Services.GetRequiredService<ReplyReader>().Read(request, 0, patience.Token))
        {
            events.Add(happened);
        }

        return events;
    }

    public async Task<IReadOnlyList<Message>> Messages(SessionId session) => (await Send(new ListMessages(session, 200, null, false))).Value.Items;

    /// <summary>Waits until the worker has said hello with a model.</summary>
    public async Task<RelayHost> WithModel()
    {
        var workers = Services.GetRequiredService<IWorkerRegistry>();
        await Eventually.Is(() => workers.FindModel(null) is not null);
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable host)
        {
            await host.DisposeAsync();
        }
    }

    private static async Task<Actor> Owner(IServiceProvider services)
    {
        var id = new UserId(Guid.Parse("01900000-0000-7000-8000-000000000001"));
        await using var scope = services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<Application.Identity.IUserStore>();
        if (await users.Find(id, CancellationToken.None) is null)
        {
            users.Save(User.Join(id, "Owner", Role.Owner, TimeProvider.System.GetUtcNow()));
            await scope.ServiceProvider.GetRequiredService<IUnitOfWork>().Commit(CommitDurability.Synced, CancellationToken.None);
        }

        return new(id, Role.Owner, []);
    }
}
