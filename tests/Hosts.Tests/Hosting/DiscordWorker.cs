using MeatLizard.Application.Inference;
using MeatLizard.DiscordStandIn;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.Infrastructure.Discord;
using MeatLizard.Infrastructure.Discord.Relay;
using MeatLizard.Infrastructure.Relay;
using MeatLizard.Infrastructure.Relay.Link;
using MeatLizard.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Hosts.Tests.Hosting;

/// <summary>A worker in a host of its own, reached through the stand-in for Discord; only the engine is scripted.</summary>
internal sealed class DiscordWorker : IAsyncDisposable
{
    private readonly IHost _host;

    private readonly Action _release;

    private DiscordWorker(IHost host, Action release) => (_host, _release) = (host, release);

    public LinkState State => _host.Services.GetRequiredService<LinkState>();

    public static Task<DiscordWorker> Start(StandIn discord, TestFolder folder, string name, byte[] root, ScriptedEngine engine) =>
        Start(discord, folder, name, root, engine, engine.Release);

    /// <param name="release">Lets go of what the engine holds back, so that the host can stop.</param>
    public static async Task<DiscordWorker> Start<TEngine>(
        StandIn discord,
        TestFolder folder,
        string name,
        byte[] root,
        TEngine engine,
        Action release,
        int requestsPerSecond = 50,
        Func<DiscordWorkerOptions, DiscordWorkerOptions>? also = null,
        TimeSpan? beatEvery = null,
        TimeProvider? clock = null)
        where TEngine : class, IChatClient, IEngineCatalog
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.ConfigureContainer(new DefaultServiceProviderFactory(new() { ValidateOnBuild = true, ValidateScopes = true }));
        builder.Logging.AddFilter(level => level >= LogLevel.Warning).AddProvider(new TestOutputLogs());
        builder.Services
            .AddSingleton(clock ?? TimeProvider.System)
            .AddSingleton<IChatClient>(engine)
            .AddSingleton<IEngineCatalog>(engine)
            .AddSingleton(new WorkerOptions { DrainWithin = TimeSpan.Zero, BeatEvery = beatEvery ?? TimeSpan.FromSeconds(10) })
            .AddDiscord(new DiscordOptions(DefaultWorld.ClientBotToken, folder.File($"{name}.gateway.json"))
            {
                Api = discord.ApiAddress,
                Cdn = [],
                IdentifiesPerHour = 1000,
                RequestsPerSecond = requestsPerSecond,
            })
            .AddDiscordWorker((also ?? (options => options))(new DiscordWorkerOptions(new(DefaultWorld.RelayGuild), new(name), root)));
        var host = builder.Build();
        await host.StartAsync();
        return new(host, release);
    }

    public async ValueTask DisposeAsync()
    {
        _release();
        await _host.StopAsync();
        _host.Dispose();
    }
}
