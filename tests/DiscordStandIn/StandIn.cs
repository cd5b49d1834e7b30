using System.Net;
using System.Net.Sockets;
using MeatLizard.DiscordStandIn.Disturbance;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.DiscordStandIn.Limiting;
using MeatLizard.DiscordStandIn.Page;
using MeatLizard.DiscordStandIn.People;
using MeatLizard.DiscordStandIn.Posted;

namespace MeatLizard.DiscordStandIn;

/// <summary>A Discord that runs: what bots are pointed at, and what a test or the page moves and looks at.</summary>
public sealed class StandIn : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Parts _parts;

    private StandIn(WebApplication app, Parts parts)
    {
        _app = app;
        _parts = parts;
    }

    /// <summary>Of the page; <c>http://127.0.0.1:port/</c>.</summary>
    public Uri BaseAddress => _parts.Base;

    /// <summary>What takes the place of <c>https://discord.com/api/v10/</c>.</summary>
    public Uri ApiAddress => new(BaseAddress, "api/v10/");

    /// <summary>What takes the place of <c>wss://gateway.discord.gg</c>.</summary>
    public Uri GatewayAddress => new UriBuilder(BaseAddress) { Scheme = "ws" }.Uri;

    public World World => _parts.World;

    public Rooms Rooms => _parts.Rooms;

    public Ledger Ledger => _parts.Ledger;

    public Counters Counters => _parts.Counters;

    public RateLimits Limits => _parts.Options.Limits;

    public Faults Faults => _parts.Faults;

    /// <summary>Ends when the process is asked to.</summary>
    public Task Ended => _app.WaitForShutdownAsync();

    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<StandIn> Start(StandInOptions options, CancellationToken cancellation = default)
    {
        // The address has to be known before the first request: it is part of what bots are told.
        if (options.Port == 0)
            options = options with { Port = FreePort(options.Address) };
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 12 * options.LargestFile;
            kestrel.Listen(options.Address, options.Port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.Services.Configure<Microsoft.AspNetCore.Http.Features.FormOptions>(form => form.MultipartBodyLengthLimit = 12 * options.LargestFile);
        var app = builder.Build();
        var parts = new Parts(options, app.Lifetime);
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        app.UseRouting();
        var discord = new StandIn(app, parts);
        parts.Map(app);
        new Control(discord, new Commands()).Map(app);
        try
        {
            await app.StartAsync(cancellation);
        }
        catch
        {
            await app.DisposeAsync();
            parts.Dispose();
            throw;
        }

        _ = app.Lifetime.ApplicationStopping.Register(parts.Dispose);
        return discord;
    }

    /// <summary>One of the world's humans, by name.</summary>
    /// <exception cref="InvalidOperationException">Nobody has the name, or it is a bot's.</exception>
    public Human Human(string name) =>
        _parts.Human(World.User(name) is { IsBot: false } user ? user : throw new InvalidOperationException($"{name} is a bot."));

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static int FreePort(IPAddress address)
    {
        using var listener = new TcpListener(address, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
