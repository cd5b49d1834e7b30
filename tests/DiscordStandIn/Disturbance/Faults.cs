using MeatLizard.DiscordStandIn.Gateway;
using MeatLizard.DiscordStandIn.Guilds;

namespace MeatLizard.DiscordStandIn.Disturbance;

/// <summary>
/// What can go wrong between a bot and Discord, on command. Those at the gateway meet the connections that there are at the moment, of
/// one bot (by id) or of all, and say how many they met. Deleted channels and lost permissions are <see cref="Rooms"/>' work.
/// </summary>
public sealed class Faults
{
    private readonly World _world;
    private readonly GatewayHub _hub;
    private readonly RestFaults _rest;
    private readonly TimeProvider _time;

    internal Faults(World world, GatewayHub hub, RestFaults rest, TimeProvider time) => (_world, _hub, _rest, _time) = (world, hub, rest, time);

    /// <summary>One way; a request and its answer take it twice.</summary>
    public TimeSpan RestLatency
    {
        get => _rest.Latency;
        set => _rest.Latency = value;
    }

    /// <summary>One way, for every payload in both directions; order is kept.</summary>
    public TimeSpan GatewayLatency
    {
        get => _hub.Latency;
        set => _hub.Latency = value;
    }

    /// <summary>The next requests are not carried out and get this status, 500 to 599 usually.</summary>
    public void Fail(int status, int times = 1, RestMatch? match = null) =>
        _rest.Add(new RestFault(match ?? RestMatch.Any, times) { Status = status });

    /// <summary>The next requests are not carried out and get a 429.</summary>
    public void Limit(LimitScope scope, TimeSpan retryAfter, int times = 1, RestMatch? match = null) =>
        _rest.Add(new RestFault(match ?? RestMatch.Any, times) { Scope = scope, RetryAfter = retryAfter });

    /// <summary>The next requests are carried out, and their answers never come; the line stays open until the client gives up.</summary>
    public void NeverAnswer(int times = 1, RestMatch? match = null) =>
        _rest.Add(new RestFault(match ?? RestMatch.Any, times) { NeverAnswers = true });

    /// <summary>The next requests are carried out, and in place of their answers the line is cut.</summary>
    public void CutAfterAccept(int times = 1, RestMatch? match = null) =>
        _rest.Add(new RestFault(match ?? RestMatch.Any, times) { CutsAfter = true });

    /// <summary>Forgets the faults that still wait for requests, and all latency.</summary>
    public void Clear()
    {
        _rest.Clear();
        RestLatency = GatewayLatency = TimeSpan.Zero;
        RefuseConnections(TimeSpan.Zero);
    }

    /// <summary>The line is gone without a close frame. The session can be resumed.</summary>
    public int Cut(ulong? bot = null) => Each(bot, connection => connection.Cut());

    /// <summary>The line stays, and nothing comes out of it any more. The session can be resumed on another.</summary>
    public int HalfOpen(ulong? bot = null) => Each(bot, connection => connection.HalfOpen = true);

    /// <summary>Op 7: reconnect and resume.</summary>
    public int Reconnect(ulong? bot = null) => Each(bot, connection => connection.Send(Payload.Reconnect, null));

    /// <summary>Op 9: the session is invalid, or has to be resumed.</summary>
    public int Invalidate(bool resumable, ulong? bot = null) => Each(bot, connection =>
    {
        connection.Send(Payload.InvalidSession, resumable);
        if (connection.Session is not { } session)
            return;
        if (!resumable)
        {
            _hub.End(session);
            return;
        }

        (session.Connection, connection.Session, session.Alone) = (null, null, _time.GetUtcNow());
    });

    /// <summary>A close frame with this code, 1000 to 4999; whether the session survives depends on the code.</summary>
    public int Close(int code, ulong? bot = null) => Each(bot, connection => connection.Close(code));

    /// <summary>Heartbeats are not acknowledged, or are again.</summary>
    public int WithholdAcks(bool withhold = true, ulong? bot = null) => Each(bot, connection => connection.WithholdsAcks = withhold);

    /// <summary>Op 1: a heartbeat is wanted at once.</summary>
    public int AskForHeartbeat(ulong? bot = null) => Each(bot, connection => connection.Send(Payload.Heartbeat, null));

    /// <summary>The next dispatches arrive twice, with the same sequence.</summary>
    public int Duplicate(int next = 1, ulong? bot = null) => Each(bot, connection => connection.ToDuplicate = next);

    /// <summary>Each of the next dispatches is overtaken by the one after it.</summary>
    public int Swap(int next = 1, ulong? bot = null) => Each(bot, connection => connection.ToSwap = next);

    /// <summary>From now on for so long, whoever connects to the gateway is cut off; zero ends it.</summary>
    public void RefuseConnections(TimeSpan time) => _hub.RefusesUntil = _time.GetUtcNow() + time;

    private int Each(ulong? bot, Action<GatewayConnection> what)
    {
        lock (_world.Gate)
        {
            var met = _hub.Of(bot);
            foreach (var connection in met)
                what(connection);
            return met.Count;
        }
    }
}
