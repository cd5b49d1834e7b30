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

    private readonly GatewaySocket _socket = new(time);
    private GatewayHeart? _heart;
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
            await Introduce(ended.Token);
            return await Live(interval, ended);
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

    public void Dispose() => _socket.Dispose();

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

    private async Task Introduce(CancellationToken cancellationToken)
    {
        if (journal.Session is { } session)
        {
            var resume = new WireResume(GatewayOp.Resume, new(options.Token, session.Id, session.Sequence));
            await _socket.Send(resume, DiscordJson.Default.WireResume, cancellationToken);
            return;
        }

        journal.Identifying();
        var properties = new WireProperties(OperatingSystem.IsMacOS() ? "macos" : "linux", "MeatLizard", "MeatLizard");
        var identify = new WireIdentify(
            GatewayOp.Identify, new(options.Token, properties, Compress: false, LargeThreshold: 50, (int)options.Intents));
        await _socket.Send(identify, DiscordJson.Default.WireIdentify, cancellationToken);
    }

    private async Task<GatewayEnd> Live(TimeSpan interval, CancellationTokenSource ended)
    {
        var heart = _heart!.Run(interval, ended.Token);
        var hearing = Hear(ended.Token);
        try
        {
            if (await Task.WhenAny(heart, hearing) == hearing)
            {
                return await hearing;
            }

            // A heart that stopped because the connection broke while it sent leaves the word to whoever hears.
            if (!heart.IsCompletedSuccessfully)
            {
                return End(GatewayNext.Resume, "The connection to Discord's gateway was lost.");
            }

            LogSilent();
            await _socket.Close();
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
        var sequence = payload.S ?? 0;
        var kind = payload.T ?? "";
        if (kind == "READY")
        {
            await Begin(GatewayEvents.Of(payload.D, DiscordJson.Default.WireReady), sequence, cancellationToken);
            return;
        }

        if (journal.Session is not { } session || sequence <= session.Sequence)
        {
            // Told already, before the connection was lost.
            return;
        }

        DiscordEvent? happened = null;
        if (kind == "RESUMED")
        {
            Establish();
            happened = new GatewayResumed();
        }
        else
        {
            try
            {
                happened = GatewayEvents.Read(kind, payload.D, session.Bot);
            }
            catch (JsonException)
            {
                LogUnread(kind);
            }
        }

        await Deliver(new(happened, session.Id, sequence), cancellationToken);
        journal.Receive(sequence);
    }

    private async Task Begin(WireReady ready, long sequence, CancellationToken cancellationToken)
    {
        var since = journal.LastHeard;
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

    [LoggerMessage(LogLevel.Warning, "An event of kind {Kind} could not be read and is left out.")]
    private partial void LogUnread(string kind);
}
