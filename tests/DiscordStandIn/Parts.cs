using MeatLizard.DiscordStandIn.Disturbance;
using MeatLizard.DiscordStandIn.Gateway;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.DiscordStandIn.Limiting;
using MeatLizard.DiscordStandIn.Page;
using MeatLizard.DiscordStandIn.People;
using MeatLizard.DiscordStandIn.Posted;
using MeatLizard.DiscordStandIn.Rest;
using MeatLizard.DiscordStandIn.Wire;

namespace MeatLizard.DiscordStandIn;

/// <summary>Everything that a stand-in is made of, put together.</summary>
internal sealed class Parts : IDisposable
{
    private readonly Archive? _archive;
    private readonly RestFaults _restFaults = new();
    private readonly RestPipeline _pipeline;
    private readonly GatewayEndpoint _gateway;
    private readonly RestRoute[] _routes;

    public Parts(StandInOptions options, IHostApplicationLifetime host)
    {
        Options = options;
        Base = new Uri($"http://{options.Address}:{options.Port}/");
        World = new World(options.Time);
        options.World(new WorldBuilder(World));
        var windows = new LimitWindows(options.Time);
        var json = new MessageJson(Base);
        Messages = new Messages(World, Ledger, json);
        Rooms = new Rooms(World, Ledger);
        _archive = options.DataFolder is { } folder ? new Archive(folder, Ledger) : null;
        Interactions = new Interactions(World, options, json);
        Hub = new GatewayHub(World, options, Counters);
        Faults = new Faults(World, Hub, _restFaults, options.Time);

        var socket = new UriBuilder(Base) { Scheme = "ws" }.Uri;
        var start = new GatewayStart(World, options.Limits, windows, Hub, Counters, new Uri(socket, "resume"));
        _gateway = new GatewayEndpoint(Hub, new GatewayProtocol(World, options, options.Limits, windows, Hub, start, Counters), Counters);
        _pipeline = new RestPipeline(World, options, new RestLimiter(options.Limits, windows, Counters), _restFaults, Counters, host);
        var bodies = new MessageBody(options);
        _routes =
        [
            .. new MessageRoutes(options, Messages, bodies).Routes,
            .. new UserRoutes(options.Limits, windows, socket).Routes,
            .. new GuildRoutes(Rooms).Routes,
            .. new ChannelRoutes(Rooms).Routes,
            .. new RoleRoutes(Rooms).Routes,
            .. new CommandRoutes(options.Limits, windows).Routes,
            .. new InteractionRoutes(Interactions, Messages, bodies).Routes,
        ];
    }

    public StandInOptions Options { get; }

    public Uri Base { get; }

    public World World { get; }

    public Rooms Rooms { get; }

    public Ledger Ledger { get; } = new();

    public Counters Counters { get; } = new();

    public Messages Messages { get; }

    public Interactions Interactions { get; }

    public GatewayHub Hub { get; }

    public Faults Faults { get; }

    public Human Human(User user) => new(user, World, Messages, Interactions);

    public void Map(WebApplication app)
    {
        app.Map("/", context => context.WebSockets.IsWebSocketRequest ? _gateway.Accept(context) : PageEndpoints.Index(context));
        app.Map("/resume", _gateway.Accept);
        foreach (var route in _routes)
            _ = app.MapMethods("/api/v10" + route.Path, [route.Method], context => _pipeline.Serve(context, route));
        app.Map("/api/{**rest}", _pipeline.ServeUnknown);
        new Downloads(World).Map(app);
        new PageEndpoints(World, Ledger, Counters, new View(World, Hub, Ledger, Counters, Messages.Json), app.Lifetime).Map(app);
    }

    public void Dispose()
    {
        Hub.Dispose();
        _archive?.Dispose();
    }
}
