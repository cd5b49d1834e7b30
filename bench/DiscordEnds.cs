using System.Diagnostics;
using System.Security.Cryptography;
using MeatLizard.Application;
using MeatLizard.Application.Inference;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.DiscordStandIn;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Discord;
using MeatLizard.Infrastructure.Discord.Relay;
using MeatLizard.Infrastructure.Embedded;
using MeatLizard.Infrastructure.Relay.Frames;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MeatLizard.Bench;

/// <summary>The product's two ends of the relay in Discord, with nothing behind them: no database on one side, no model on the other.</summary>
internal sealed class DiscordEnds : IAsyncDisposable
{
    private const int RequestsPerSecond = 10_000;

    private static readonly WorkerId Worker = new("worker");
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    private readonly IHost _server;
    private readonly IHost _worker;

    private DiscordEnds(IHost server, IHost worker, Channel relay) => (_server, _worker, Relay) = (server, worker, relay);

    /// <summary>Where the attempts are asked and answered.</summary>
    public Channel Relay { get; }

    private DiscordCarrier Carrier => _server.Services.GetRequiredService<DiscordCarrier>();

    public static async Task<DiscordEnds> Start(StandIn discord, string folder, CancellationToken cancellationToken)
    {
        var guild = discord.World.Guilds[DefaultWorld.RelayGuild];
        Snowflake self = new(DefaultWorld.ServerBot);
        var control = discord.Rooms.CreateChannel(guild, "control", topic: new RelayTopic(self, Worker).ToString());
        var relay = discord.Rooms.CreateChannel(guild, "relay", topic: new RelayTopic(self, null).ToString());
        var root = RandomNumberGenerator.GetBytes(RelayRoot.Size);
        var server = Build(services => services
            .AddDiscord(Options(DefaultWorld.ServerBotToken, "server"))
            .AddSingleton<FrameCounters>()
            .AddSingleton<PostQueues>()
            .AddSingleton<RelayInput>()
            .AddWorkerUseCases()
            .AddSingleton<RelayLeases>()
            .AddSingleton<TurnedAway>()
            .AddSingleton<IWorkerRegistry, MemoryWorkerRegistry>()
            .AddSingleton<Inbox>()
            .AddSingleton<IRelayInbox>(provider => provider.GetRequiredService<Inbox>())
            .AddSingleton<DiscordCarrier>()
            .AddDiscordListener<Ear>());
        var worker = Build(services => services
            .AddSingleton<OneWord>()
            .AddSingleton<IChatClient>(provider => provider.GetRequiredService<OneWord>())
            .AddSingleton<IEngineCatalog>(provider => provider.GetRequiredService<OneWord>())
            .AddDiscord(Options(DefaultWorld.ClientBotToken, "worker"))
            .AddDiscordWorker(new DiscordWorkerOptions(new(DefaultWorld.RelayGuild), Worker, root)));
        await worker.StartAsync(cancellationToken);
        await server.StartAsync(cancellationToken);
        var ends = new DiscordEnds(server, worker, relay);
        foreach (var host in new[] { worker, server })
        {
            await Until(() => host.Services.GetRequiredService<IDiscordGateway>().Status.State == DiscordGatewayState.Connected, cancellationToken);
        }

        ends.Carrier.Offer([new(relay.Id)]);
        ends.Carrier.Admit(new DiscordPeer(
            new EnrolledWorker(Worker, [.. root]) { Sealed = [] },
            new(DefaultWorld.ClientBot),
            new(control.Id),
            self,
            server.Services.GetRequiredService<FrameCounters>(),
            TimeProvider.System));
        await Until(() => ends.Carrier.Reaches(Worker), cancellationToken);
        return ends;

        DiscordOptions Options(string token, string name) => new(token, Path.Combine(folder, $"{name}.gateway.json"))
        {
            Api = discord.ApiAddress,
            Cdn = [],
            RequestsPerSecond = RequestsPerSecond,
        };
    }

    /// <summary>From the order to the end of its answer, as the server hears it. Returns when the acknowledgement is posted as well.</summary>
    public async Task<TimeSpan> RoundTrip(CancellationToken cancellationToken)
    {
        var order = new Infer
        {
            RequestId = new(Guid.CreateVersion7()),
            Attempt = 1,
            SessionId = "bench",
            Model = OneWord.Model,
            Messages = [new PromptMessage(MessageRole.User, [new TextPart("What do lizards eat?")])],
            Budget = TimeSpan.FromMinutes(5),
        };
        var done = _server.Services.GetRequiredService<Inbox>().Expect();
        var started = Stopwatch.GetTimestamp();
        await Carrier.Send(Worker, order, cancellationToken);
        var took = Stopwatch.GetElapsedTime(started, await done.WaitAsync(Within, cancellationToken));
        await Carrier.Send(Worker, new Ack(order.RequestId, order.Attempt), cancellationToken);
        foreach (var host in new[] { _server, _worker })
        {
            await Until(() => host.Services.GetRequiredService<PostQueues>().To(new(Relay.Id)).IsIdle, cancellationToken);
        }

        return took;
    }

    public async ValueTask DisposeAsync()
    {
        await _worker.StopAsync();
        await _server.StopAsync();
        _worker.Dispose();
        _server.Dispose();
    }

    private static IHost Build(Action<IServiceCollection> add)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(TimeProvider.System);
        add(builder.Services);
        return builder.Build();
    }

    private static async Task Until(Func<bool> condition, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > Within)
            {
                throw new TimeoutException("The relay in Discord is not in order.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(2), cancellationToken);
        }
    }

    private sealed class Ear(DiscordCarrier carrier) : IDiscordListener
    {
        public ValueTask Hear(DiscordEvent happened, CancellationToken cancellationToken)
        {
            if (happened is MessageCreated { Message: var message })
            {
                carrier.Hear(message);
            }

            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Takes what the worker says, and welcomes it.</summary>
    private sealed class Inbox(IServiceProvider services, IWorkerRegistry workers) : IRelayInbox
    {
        private volatile TaskCompletionSource<long> _done = new();

        public Task<long> Expect() => (_done = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        public async ValueTask Deliver(WorkerId from, ToServer message, CancellationToken cancellationToken)
        {
            switch (message)
            {
                case Hello hello:
                    workers.Announce(
                        from, DiscordCarrier.CarrierName, Convert.ToHexStringLower(hello.WorkerEpoch), hello.Models, hello.Slots, hello.Problem);
                    await services.GetRequiredService<DiscordCarrier>().Send(from, new Welcome(), cancellationToken);
                    break;
                case Heartbeat beat:
                    workers.Beat(from, beat);
                    break;
                case Done:
                    _done.TrySetResult(Stopwatch.GetTimestamp());
                    break;
            }
        }
    }
}
