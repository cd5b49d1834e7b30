using MeatLizard.Application.Inference;
using MeatLizard.Infrastructure.Relay;
using MeatLizard.Infrastructure.Relay.Link;
using MeatLizard.Infrastructure.Storage.Journal;
using MeatLizard.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Hosts.Tests.Hosting;

/// <summary>A worker in a host of its own, as the client bot builds it, that dials a server; only the engine is scripted.</summary>
internal sealed class LinkedWorker : IAsyncDisposable
{
    private readonly IHost _host;

    private LinkedWorker(IHost host, ScriptedEngine engine, ScriptedPower power, ScriptedSensors sensors)
    {
        _host = host;
        Engine = engine;
        Power = power;
        Sensors = sensors;
    }

    public ScriptedPower Power { get; }

    public ScriptedSensors Sensors { get; }

    public ScriptedEngine Engine { get; }

    public LinkState State => _host.Services.GetRequiredService<LinkState>();

    /// <param name="journal">The folder of its journal; null: it has none on the disk.</param>
    /// <param name="engine">Null: the usual one.</param>
    public static Task<LinkedWorker> Start(
        Uri server, string name, byte[] root, TimeSpan? drainWithin = null, string? journal = null, ScriptedEngine? engine = null) =>
        Start(server, name, root, options => options, drainWithin, journal, engine);

    public static async Task<LinkedWorker> Start(
        Uri server, string name, byte[] root, Func<LinkOptions, LinkOptions> also, TimeSpan? drainWithin = null, string? journal = null,
        ScriptedEngine? engine = null)
    {
        engine ??= new ScriptedEngine();
        var (power, sensors) = (new ScriptedPower(), new ScriptedSensors());
        var beat = TimeSpan.FromMilliseconds(100);
        return new(await Run(also(new(server, new(name), root, Proxy: null)), engine, power, sensors, beat, drainWithin, journal), engine, power, sensors);
    }

    /// <summary>With another engine, and heartbeats as rare as the product's.</summary>
    public static Task<IHost> Start<TEngine>(Uri server, string name, byte[] root, TEngine engine)
        where TEngine : class, IChatClient, IEngineCatalog =>
        Run(
            new(server, new(name), root, Proxy: null), engine, new ScriptedPower(), new ScriptedSensors(), new WorkerOptions().BeatEvery,
            drainWithin: null, journal: null);

    /// <summary>Stops it as a first SIGTERM does.</summary>
    public Task Stop() => _host.StopAsync();

    /// <summary>As a second one does.</summary>
    public void HasNoPatience() => _host.Services.GetRequiredService<DrainPatience>().End();

    public async ValueTask DisposeAsync()
    {
        Engine.Release();
        await _host.StopAsync();
        _host.Dispose();
    }

    private static async Task<IHost> Run<TEngine>(
        LinkOptions link, TEngine engine, IHostPower power, IHostSensors sensors, TimeSpan beatEvery, TimeSpan? drainWithin, string? journal)
        where TEngine : class, IChatClient, IEngineCatalog
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.ConfigureContainer(new DefaultServiceProviderFactory(new() { ValidateOnBuild = true, ValidateScopes = true }));
        builder.Logging.AddFilter(level => level >= LogLevel.Warning).AddProvider(new TestOutputLogs());
        if (journal is not null)
        {
            // Before the worker, which else keeps its jobs in memory.
            builder.Services.AddWorkerJournal(new(journal, link.Worker.Value));
        }

        builder.Services
            .AddSingleton<IChatClient>(engine)
            .AddSingleton<IEngineCatalog>(engine)
            .AddSingleton(power)
            .AddSingleton(sensors)
            .AddSingleton(new WorkerOptions { DrainWithin = drainWithin ?? TimeSpan.Zero, BeatEvery = beatEvery })
            .AddLinkedWorker(link);
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
