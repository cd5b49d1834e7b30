using MeatLizard.DiscordStandIn;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.Infrastructure.Discord;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Tests.Discord;

/// <summary>Our client as one process has it, logged in to the stand-in as its server bot.</summary>
internal sealed class Bot : IAsyncDisposable
{
    private readonly ServiceProvider _provider;
    private readonly Lock _gate = new();
    private readonly List<DiscordEvent> _heard = [];
    private CancellationTokenSource? _leaving;
    private Task _reading = Task.CompletedTask;

    public Bot(StandIn standIn, string stateFile, TimeProvider? time = null, Func<DiscordOptions, DiscordOptions>? change = null, DiscordClock? clock = null)
    {
        Options = new DiscordOptions(DefaultWorld.ServerBotToken, stateFile)
        {
            Api = standIn.ApiAddress,
            Cdn = [],
            Intents = DiscordIntents.Guilds | DiscordIntents.GuildMessages | DiscordIntents.MessageContent,
        };
        Options = change?.Invoke(Options) ?? Options;
        var services = new ServiceCollection();
        services.AddSingleton(time ?? TimeProvider.System);
        services.AddLogging(logs => logs.AddProvider(Log).SetMinimumLevel(LogLevel.Trace));
        if (clock is not null)
        {
            services.AddSingleton(clock);
        }

        services.AddDiscord(Options);
        _provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        Api = _provider.GetRequiredService<IDiscordApi>();
        Gateway = _provider.GetRequiredService<IDiscordGateway>();
    }

    public DiscordOptions Options { get; }

    public KeptLogs Log { get; } = new();

    public IDiscordApi Api { get; }

    public IDiscordGateway Gateway { get; }

    /// <summary>Called with each event before it counts as done with.</summary>
    public Func<DiscordEvent, Task> OnEvent { get; set; } = _ => Task.CompletedTask;

    public IReadOnlyList<DiscordEvent> Heard
    {
        get
        {
            lock (_gate)
            {
                return [.. _heard];
            }
        }
    }

    public IReadOnlyList<string> Said => [.. Heard.OfType<MessageCreated>().Select(one => one.Message.Content)];

    /// <summary>Ends with what ended the reading.</summary>
    public Task Reading => _reading;

    public Bot Listen()
    {
        _leaving = new CancellationTokenSource();
        _reading = Read(_leaving.Token);
        return this;
    }

    public async Task Connected()
    {
        _ = Listen();
        await Eventually.Is(() => Gateway.Status.State == DiscordGatewayState.Connected);
        await Eventually.Is(() => Heard.Any(one => one is GuildAvailable or GatewayResumed));
    }

    /// <summary>Moves the clock through the client's pauses until the thing is so.</summary>
    public async Task Until(StoppedClock clock, Func<bool> condition) => await Eventually.Is(() =>
    {
        if (condition())
        {
            return true;
        }

        var status = Gateway.Status;
        if (status is { State: DiscordGatewayState.Waiting, NextTry: { } next } && next > clock.GetUtcNow())
        {
            clock.Advance(next - clock.GetUtcNow());
        }

        return false;
    });

    public async Task Leave()
    {
        if (_leaving is null)
        {
            return;
        }

        await _leaving.CancelAsync();
        await _reading.ContinueWith(_ => { }, TaskScheduler.Default);
        _leaving.Dispose();
        _leaving = null;
    }

    public async ValueTask DisposeAsync()
    {
        await Leave();
        await _provider.DisposeAsync();
        Log.Dispose();
    }

    private async Task Read(CancellationToken cancellationToken)
    {
        await foreach (var happened in Gateway.Events(cancellationToken))
        {
            await OnEvent(happened);
            lock (_gate)
            {
                _heard.Add(happened);
            }
        }
    }
}
