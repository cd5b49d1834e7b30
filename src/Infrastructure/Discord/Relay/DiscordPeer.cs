using System.Collections.Concurrent;
using System.Security.Cryptography;
using MeatLizard.Application.Relay;
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
    private byte[]? _challenge;
    private long _challengedAt;
    private volatile Process? _process;

    public DiscordPeer(WorkerId worker, byte[] root, Snowflake bot, Snowflake control, Snowflake self, FrameCounters counters, TimeProvider time)
    {
        (Worker, Bot, Control, _self, _time) = (worker, bot, control, self, time);
        _keys = new(new RelayRoot(root));
        CryptographicOperations.ZeroMemory(root);
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
    /// <returns>The frames of a ping; none when one is on its way.</returns>
    public byte[][] Challenge()
    {
        lock (_gate)
        {
            if (_challenge is not null && _time.GetElapsedTime(_challengedAt) < ChallengeStands)
            {
                return [];
            }

            _challenge = RandomNumberGenerator.GetBytes(ChallengeSize);
            _challengedAt = _time.GetTimestamp();
            using var pings = FrameSealer.Pings(_keys.Current, CarrierTerms.Discord(Control.Value, _self.Value));
            return pings.Seal(new Ping(_challenge));
        }
    }

    /// <summary>What the worker says in a frame that was posted there; null when it does not open.</summary>
    public ToServer? Open(byte[] frame, Snowflake channel, Snowflake author) =>
        _opener.TryOpen(frame, CarrierTerms.Discord(channel.Value, author.Value).Binding, out var opened) == FrameOutcome.Opened
            ? opened as ToServer
            : null;

    /// <returns>
    /// Whether this hello may be believed: it answers our challenge, or comes from the process that has done so before. An old one posted
    /// again does neither.
    /// </returns>
    public bool Believes(Hello hello)
    {
        lock (_gate)
        {
            var epoch = WorkerEpoch.FromBytes(hello.WorkerEpoch);
            if (_challenge is { } challenge && CryptographicOperations.FixedTimeEquals(challenge, hello.Challenge))
            {
                _challenge = null;
                if (_process?.Epoch != epoch)
                {
                    _process?.Dispose();
                    _process = new(epoch);
                }

                return true;
            }

            return hello.Challenge.Length == 0 && _process?.Epoch == epoch;
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
        _keys.Current.Dispose();
    }

    private sealed record Process(WorkerEpoch Epoch) : IDisposable
    {
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
