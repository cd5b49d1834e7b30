using System.Collections.Concurrent;
using System.Security.Cryptography;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Relay;
using MeatLizard.Infrastructure.Relay.Frames;

namespace MeatLizard.Infrastructure.Discord.Relay;

/// <summary>The server's end of one worker in Discord: its keys, the process that it is now, and whether that has proven itself.</summary>
internal sealed class DiscordPeer : IDisposable
{
    private const int ChallengeSize = 16;

    private static readonly TimeSpan ChallengeStands = TimeSpan.FromSeconds(10);

    private readonly RelayKeys _keys;
    private readonly FrameOpener _opener;
    private readonly Snowflake _self;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Succession _succession = new();
    private byte[]? _challenge;
    private long _challengedAt;
    private volatile Process? _process;

    public DiscordPeer(EnrolledWorker worker, Snowflake bot, Snowflake control, Snowflake self, FrameCounters counters, TimeProvider time)
    {
        (Worker, Bot, Control, _self, _time) = (worker.Id, bot, control, self, time);
        _keys = new(new RelayRoot(worker.Root), worker.Next is { } next ? new RelayRoot(next.Root) : null);
        CryptographicOperations.ZeroMemory(worker.Root);
        CryptographicOperations.ZeroMemory(worker.Next?.Root);
        _opener = FrameOpener.AtServer(_keys, counters);
    }

    public WorkerId Worker { get; }

    /// <summary>The worker's bot.</summary>
    public Snowflake Bot { get; }

    /// <summary>Its control channel.</summary>
    public Snowflake Control { get; }

    /// <summary>Whether it has answered a challenge of this process.</summary>
    public bool IsHere => _process is not null;

    /// <summary>Hex; empty while it is not here.</summary>
    public string Epoch => _process is { } process ? Convert.ToHexStringLower(process.Epoch.ToArray()) : "";

    /// <summary>Draws a challenge. None is drawn while the last one can still be answered.</summary>
    /// <param name="again">Whether the one that stands is to be said again: somebody has come who did not hear it.</param>
    /// <returns>The frames of a ping; none when one is on its way.</returns>
    public byte[][] Challenge(bool again)
    {
        lock (_gate)
        {
            if (_challenge is not null && _time.GetElapsedTime(_challengedAt) < ChallengeStands)
            {
                if (!again)
                {
                    return [];
                }
            }
            else
            {
                _challenge = RandomNumberGenerator.GetBytes(ChallengeSize);
                _challengedAt = _time.GetTimestamp();
            }

            using var pings = FrameSealer.Pings(_keys.Current, CarrierTerms.Discord(Control.Value, _self.Value));
            return pings.Seal(new Ping(_challenge));
        }
    }

    /// <summary>What the worker says in a frame that was posted there; null when it does not open.</summary>
    public ToServer? Open(byte[] frame, Snowflake channel, Snowflake author) =>
        _opener.TryOpen(frame, CarrierTerms.Discord(channel.Value, author.Value).Binding, out var opened) == FrameOutcome.Opened
            ? opened as ToServer
            : null;

    /// <summary>
    /// A hello is believed that answers our challenge, or comes from the process that has done so before. An old one posted again does
    /// neither.
    /// </summary>
    /// <param name="stream">That the hello came in. Whatever else that process says of itself comes in the same.</param>
    public HelloWorth Judge(Hello hello, UInt128 stream)
    {
        lock (_gate)
        {
            var epoch = WorkerEpoch.FromBytes(hello.WorkerEpoch);
            var isProven = _challenge is { } challenge && CryptographicOperations.FixedTimeEquals(challenge, hello.Challenge);
            if (_process is { } known && known.Epoch == epoch)
            {
                // The challenge stands: another process may be answering it.
                known.Stream = isProven || hello.Challenge.Length == 0 ? stream : known.Stream;
                return isProven || hello.Challenge.Length == 0 ? HelloWorth.Believed : HelloWorth.Unproven;
            }

            var name = Convert.ToHexStringLower(hello.WorkerEpoch);
            if (_succession.HasReplaced(name) && _process is not null)
            {
                return HelloWorth.Replaced;
            }

            if (!isProven)
            {
                return HelloWorth.Unproven;
            }

            _ = _succession.Takes(name, _process is null ? null : Epoch);
            _challenge = null;
            _process?.Dispose();
            _process = new(epoch) { Stream = stream };
            return HelloWorth.Believed;
        }
    }

    /// <summary>Whether what came in this stream, and is about no attempt, was said by the process that is the worker.</summary>
    public bool IsOfTheWorker(UInt128 stream)
    {
        lock (_gate)
        {
            return _process?.Stream == stream;
        }
    }

    /// <exception cref="CarrierException">The worker is not here.</exception>
    public byte[][] Seal(Snowflake channel, ToWorker message)
    {
        var process = _process ?? throw new CarrierException($"The worker {Worker} is not here.");
        return process.Streams.GetOrAdd(channel, id =>
        {
            var terms = CarrierTerms.Discord(id.Value, _self.Value);
            return new(() => FrameSealer.ToWorker(_keys.Current, process.Epoch, terms)) { Epoch = process.Epoch };
        }).Seal(message);
    }

    /// <summary>It is not here any more; its next hello has to answer a challenge.</summary>
    public void Lose()
    {
        lock (_gate)
        {
            _process?.Dispose();
            _process = null;
        }
    }

    public void Dispose()
    {
        Lose();
        _opener.Dispose();
        foreach (var root in _keys.Roots)
        {
            root.Dispose();
        }
    }

    private sealed class Process(WorkerEpoch epoch) : IDisposable
    {
        public WorkerEpoch Epoch => epoch;

        /// <summary>In which it speaks of itself.</summary>
        public UInt128 Stream { get; set; }

        public ConcurrentDictionary<Snowflake, OutgoingStreams> Streams { get; } = new();

        public void Dispose()
        {
            foreach (var streams in Streams.Values)
            {
                streams.Dispose();
            }
        }
    }
}
