using System.Net;
using System.Net.Sockets;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.DiscordStandIn.Limiting;
using MeatLizard.DiscordStandIn.Posted;

namespace MeatLizard.DiscordStandIn;

/// <summary>A Discord that runs: what bots are pointed at, and what a test or the page moves and looks at.</summary>
public sealed class StandIn : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StandIn(WebApplication app, Parts parts)
    {
        _app = app;
        (World, Rooms, Ledger, Counters, Limits) = (parts.World, parts.Rooms, parts.Ledger, parts.Counters, parts.Options.Limits);
        BaseAddress = parts.Base;
    }

    /// <summary>Of the page; <c>http://127.0.0.1:port/</c>.</summary>
    public Uri BaseAddress { get; }

    /// <summary>What takes the place of <c>https://discord.com/api/v10/</c>.</summary>
    public Uri ApiAddress => new(BaseAddress, "api/v10/");

    /// <summary>What takes the place of <c>wss://gateway.discord.gg</c>.</summary>
    public Uri GatewayAddress => new UriBuilder(BaseAddress) { Scheme = "ws" }.Uri;

    public World World { get; }

    public Rooms Rooms { get; }

    public Ledger Ledger { get; }

    public Counters Counters { get; }

    public RateLimits Limits { get; }

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
        parts.Map(app);
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
        return new StandIn(app, parts);
    }

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
