using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;
using MeatLizard.Infrastructure.Discord.Native.Wire;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Discord.Native.Gateway;

/// <summary>One connection to the gateway, from its making to its end.</summary>
internal sealed partial class GatewayConnection(
    DiscordOptions options,
    GatewayJournal journal,
    ChannelWriter<GatewayDelivery> reader,
    TimeProvider time,
    Random random,
    ILogger logger) : IDisposable
{
    private static readonly TimeSpan GreetingWithin = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LastWordsWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MissingWithin = TimeSpan.FromSeconds(2);

    private readonly GatewaySocket _socket = new(time);
    private readonly TaskCompletionSource<long> _gap = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private GatewayHeart? _heart;
    private GatewayOrder? _order;
    private long? _awaited;
    private ITimer? _patience;
    private bool _isEstablished;

    /// <summary>Called once the session is begun or resumed.</summary>
    public required Action Established { private get; init; }

    public TimeSpan? RoundTrip => _heart?.RoundTrip;

    /// <summary>Resumes the session in the journal, or begins a new one when there is none.</summary>
    public async Task<GatewayEnd> Run(Uri url, HttpMessageInvoker way, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var interval = await Greet(url, way, ended.Token);
            _heart = new(_socket, journal, time, random);
            return await Introduce(ended.Token) ?? await Live(interval, ended);
        }
        catch (Exception lost) when (lost is WebSocketException or HttpRequestException or IOException or InvalidDataException or JsonException)
        {
            return End(GatewayNext.Resume, lost is JsonException or InvalidDataException
                ? "Discord's gateway said something that cannot be read."
                : $"Discord's gateway cannot be reached: {(lost.InnerException ?? lost).Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return End(GatewayNext.Resume, "Discord's gateway did not answer in time.");
        }
        finally
        {
            await _socket.Close();
        }
    }

    public void Dispose()
    {
        _patience?.Dispose();
        _socket.Dispose();
    }

    private async Task<TimeSpan> Greet(Uri url, HttpMessageInvoker way, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(GreetingWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        await _socket.Connect(Address(url), way, either.Token);
        while (await _socket.Receive(either.Token) is { } payload)
        {
            if (payload.Op == GatewayOp.Hello)
            {
                var interval = GatewayEvents.Of(payload.D, DiscordJson.Default.WireHello).HeartbeatInterval;
                return TimeSpan.FromMilliseconds(Math.Clamp(interval, 100, 600_000));
            }
        }

        throw new WebSocketException($"It closed the connection at once ({_socket.CloseCode}).");
    }

    /// <summary>Null when all is well.</summary>
    private async Task<GatewayEnd?> Introduce(CancellationToken cancellationToken)
    {
        if (journal.Session is { } session)
        {
            var resume = new WireResume(GatewayOp.Resume, new(options.Token, session.Id, session.Sequence));
            await _socket.Send(resume, DiscordJson.Default.WireResume, cancellationToken);
            return null;
        }

        try
        {
            journal.Identifying();
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return End(
                GatewayNext.Resume,
                $"No new session is begun, because {options.StateFile} cannot be written and restarts would not know of it: {failed.Message}");
        }

        var properties = new WireProperties(OperatingSystem.IsMacOS() ? "macos" : "linux", "MeatLizard", "MeatLizard");
        var identify = new WireIdentify(
            GatewayOp.Identify, new(options.Token, properties, Compress: false, LargeThreshold: 50, (int)options.Intents));
        await _socket.Send(identify, DiscordJson.Default.WireIdentify, cancellationToken);
        return null;
    }

    private async Task<GatewayEnd> Live(TimeSpan interval, CancellationTokenSource ended)
    {
        var heart = _heart!.Run(interval, ended.Token);
        var hearing = Hear(ended.Token);
        try
        {
            if (await Task.WhenAny(hearing, heart, _gap.Task) == heart && !heart.IsCompletedSuccessfully)
            {
                // The connection broke while the heartbeat was sent. Why it did may still lie there to be heard.
                await Task.WhenAny(hearing, Task.Delay(LastWordsWithin, time, ended.Token));
                return hearing.IsCompleted ? await hearing : End(GatewayNext.Resume, "The connection to Discord's gateway was lost.");
            }

            if (hearing.IsCompleted)
            {
                return await hearing;
            }

            await _socket.Close();
            if (_gap.Task.IsCompleted)
            {
                var missing = await _gap.Task;
                journal.Missed(missing);
                LogMissing(missing);
                return End(GatewayNext.ResumeAtOnce, "An event is missing.");
            }

            LogSilent();
            return End(GatewayNext.Resume, "Discord's gateway did not answer a heartbeat.");
        }
        finally
        {
            await ended.CancelAsync();
            await Settled(heart);
            await Settled(hearing);
        }
    }

    private async Task<GatewayEnd> Hear(CancellationToken cancellationToken)
    {
        while (await _socket.Receive(cancellationToken) is { } payload)
        {
            switch (payload.Op)
            {
                case GatewayOp.Dispatch:
                    await Dispatch(payload, cancellationToken);
                    break;
                case GatewayOp.Heartbeat:
                    await _heart!.Send(cancellationToken);
                    break;
                case GatewayOp.HeartbeatAck:
                    _heart!.Answered();
                    break;
                case GatewayOp.Reconnect:
                    return End(GatewayNext.ResumeAtOnce, "Discord asked for a new connection.");
                case GatewayOp.InvalidSession:
                    return payload.D.ValueKind == JsonValueKind.True
                        ? End(GatewayNext.Resume, "Discord interrupted the session.")
                        : End(GatewayNext.Identify, "Discord has ended the session.");
            }
        }

        var (next, problem) = GatewayCloses.Of(_socket.CloseCode, options.Intents);
        return End(next, problem);
    }

    private async Task Dispatch(WirePayload payload, CancellationToken cancellationToken)
    {
        if (payload.T == "READY")
        {
            await Begin(GatewayEvents.Of(payload.D, DiscordJson.Default.WireReady), payload.S ?? 1, cancellationToken);
            return;
        }

        if (journal.Session is not { } session)
        {
            return;
        }

        if (payload.T == "RESUMED")
        {
            // Its number need not be a new one.
            Establish();
            await Deliver(new(new GatewayResumed(), session.Id, 0), cancellationToken);
        }

        _order ??= new(session.Sequence, journal.Unreachable);
        _order.Add(payload);
        while (_order.Next(out var isAfterGap) is { } next)
        {
            if (isAfterGap)
            {
                await Deliver(new(new EventsMissed(journal.LastHeard), session.Id, 0), cancellationToken);
            }

            await Deliver(new(Read(next, session.Bot), session.Id, _order.Last), cancellationToken);
            journal.Receive(_order.Last);
        }

        Watch(_order);
    }

    private DiscordEvent? Read(WirePayload payload, Snowflake bot)
    {
        var kind = payload.T ?? "";
        try
        {
            return GatewayEvents.Read(kind, payload.D, bot);
        }
        catch (JsonException)
        {
            LogUnread(kind);
            return null;
        }
    }

    /// <summary>An event that does not come is asked for by resuming the session.</summary>
    private void Watch(GatewayOrder order)
    {
        if (order.Missing != _awaited)
        {
            _patience?.Dispose();
            _patience = null;
            _awaited = order.Missing;
        }

        if (order.Missing is { } missing)
        {
            _patience ??= time.CreateTimer(_ => _gap.TrySetResult(missing), null, MissingWithin, Timeout.InfiniteTimeSpan);
            if (order.IsHopeless)
            {
                _gap.TrySetResult(missing);
            }
        }
    }

    private async Task Begin(WireReady ready, long sequence, CancellationToken cancellationToken)
    {
        var since = journal.LastHeard;
        _order = new(sequence, bearable: null);
        journal.Begin(new(ready.SessionId, sequence, ready.ResumeGatewayUrl, ready.User.Id));
        Establish();
        var guilds = (ready.Guilds ?? []).Select(guild => guild.Id).ToArray();
        var begun = new GatewayReady(ready.User.ToUser() with { IsBot = true }, ready.Application?.Id ?? ready.User.Id, guilds);
        await Deliver(new(begun, ready.SessionId, 0), cancellationToken);
        await Deliver(new(new EventsMissed(since), ready.SessionId, sequence), cancellationToken);
    }

    private void Establish()
    {
        _isEstablished = true;
        Established();
    }

    private async Task Deliver(GatewayDelivery delivery, CancellationToken cancellationToken)
    {
        if (reader.TryWrite(delivery))
        {
            return;
        }

        _heart!.Stall(true);
        await reader.WriteAsync(delivery, cancellationToken);
        _heart.Stall(false);
    }

    private GatewayEnd End(GatewayNext next, string problem) => new(next, problem, _isEstablished, _socket.CloseCode ?? 0);

    private static Uri Address(Uri url) => new UriBuilder(url) { Query = "v=10&encoding=json&compress=zlib-stream" }.Uri;

    private static async Task Settled(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception expected) when (expected is OperationCanceledException or WebSocketException or IOException or JsonException
            or InvalidDataException or ObjectDisposedException)
        {
            // What it ended with has been said, or ended it is because the connection has.
        }
    }

    [LoggerMessage(LogLevel.Warning, "Discord's gateway did not answer a heartbeat; connecting again.")]
    private partial void LogSilent();

    [LoggerMessage(LogLevel.Warning, "Event {Number} did not come, though later ones did; the session is resumed for it.")]
    private partial void LogMissing(long number);

    [LoggerMessage(LogLevel.Warning, "An event of kind {Kind} could not be read and is left out.")]
    private partial void LogUnread(string kind);
}
