using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.DiscordStandIn.Posted;

namespace MeatLizard.DiscordStandIn.Gateway;

/// <summary>All connections and sessions. Its state changes under the world's gate alone.</summary>
internal sealed class GatewayHub : IDisposable
{
    /// <summary>In bytes, from a client.</summary>
    public const int LargestPayload = 4096;

    private readonly World _world;
    private readonly StandInOptions _options;
    private readonly Counters _counters;
    private readonly List<GatewayConnection> _connections = [];
    private readonly List<GatewaySession> _sessions = [];
    private readonly ITimer _watch;

    public GatewayHub(World world, StandInOptions options, Counters counters)
    {
        (_world, _options, _counters) = (world, options, counters);
        world.Happened += Tell;
        var often = options.HeartbeatPatience / 8;
        _watch = options.Time.CreateTimer(_ => HangUpOnTheSilent(), null, often, often);
    }

    /// <summary>One way, to the client or from it.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>Until then nobody gets a connection.</summary>
    public DateTimeOffset RefusesUntil { get; set; }

    public bool Refuses => _options.Time.GetUtcNow() < RefusesUntil;

    public IReadOnlyList<GatewayConnection> Connections => _connections;

    public IReadOnlyList<GatewaySession> Sessions => _sessions;

    public DateTimeOffset Due() => _options.Time.GetUtcNow() + Latency;

    public Task Wait(CancellationToken cancellation) => WaitUntil(Due(), cancellation);

    public Task WaitUntil(DateTimeOffset due, CancellationToken cancellation)
    {
        var left = due - _options.Time.GetUtcNow();
        return left > TimeSpan.Zero ? Task.Delay(left, _options.Time, cancellation) : Task.CompletedTask;
    }

    public void Joined(GatewayConnection connection)
    {
        lock (_world.Gate)
        {
            _connections.Add(connection);
            connection.LastHeartbeat = _options.Time.GetUtcNow();
            _counters.AtGateway("connect", bot: null);
            connection.Send(Payload.Hello, new JsonObject { ["heartbeat_interval"] = (long)_options.HeartbeatInterval.TotalMilliseconds });
        }
    }

    /// <summary>The line is gone; <paramref name="code"/> is the client's, if it said one.</summary>
    public void Left(GatewayConnection connection, int? code)
    {
        lock (_world.Gate)
        {
            _ = _connections.Remove(connection);
            if (connection.Session is not { } session)
                return;
            connection.Session = null;
            session.Connection = null;
            session.Alone = _options.Time.GetUtcNow();
            if (code is 1000 or 1001)
                End(session);
            _counters.AtGateway("disconnect", session.Application.Id);
        }
    }

    /// <summary>The gateway itself hangs up with this code.</summary>
    public void Hangs(GatewayConnection connection, int code)
    {
        lock (_world.Gate)
        {
            _counters.AtGateway($"close-{code}", connection.Session?.Application.Id);
            if (connection.Session is { } session && CloseCode.EndsSession(code))
                End(session);
        }
    }

    public GatewaySession Begin(GatewayConnection connection, Application application, Intents intents)
    {
        var session = new GatewaySession(RandomNumberGenerator.GetHexString(32, lowercase: true), application, intents, _options.ReplayAtMost)
        {
            Connection = connection,
        };
        connection.Session = session;
        _sessions.Add(session);
        return session;
    }

    /// <summary>A session that can still be resumed.</summary>
    public GatewaySession? Find(string? id)
    {
        ForgetTheOld();
        return _sessions.Find(session => session.Id == id);
    }

    /// <summary>The session can't be resumed any more.</summary>
    public void End(GatewaySession session)
    {
        _ = _sessions.Remove(session);
        if (session.Connection is { } connection)
            (session.Connection, connection.Session) = (null, null);
    }

    /// <summary>Connections of a bot, or all.</summary>
    public IReadOnlyList<GatewayConnection> Of(ulong? bot) =>
        [.. _connections.Where(connection => bot is null || connection.Session?.Application.Id == bot)];

    public void Dispose()
    {
        _watch.Dispose();
        lock (_world.Gate)
        {
            _world.Happened -= Tell;
            foreach (var connection in _connections.ToArray())
                connection.Cut();
        }
    }

    private void Tell(Happening happening)
    {
        ForgetTheOld();
        foreach (var session in _sessions.ToArray())
            session.Hear(happening);
    }

    private void ForgetTheOld()
    {
        var now = _options.Time.GetUtcNow();
        _ = _sessions.RemoveAll(session => session.Connection is null && now - session.Alone > _options.ResumeWithin);
    }

    private void HangUpOnTheSilent()
    {
        lock (_world.Gate)
        {
            var now = _options.Time.GetUtcNow();
            foreach (var connection in _connections.Where(one => !one.HalfOpen && now - one.LastHeartbeat > _options.HeartbeatPatience))
                connection.Close(CloseCode.SessionTimedOut);
        }
    }
}
