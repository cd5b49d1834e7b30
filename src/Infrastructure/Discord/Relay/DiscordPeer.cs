using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Relay;
using MeatLizard.Infrastructure.Relay.Frames;

namespace MeatLizard.Infrastructure.Discord.Relay;

/// <summary>The server's end of one worker in Discord: its roots, the process that it is now, and whether that has proven itself.</summary>
internal sealed class DiscordPeer : IDisposable
{
    private const int ChallengeSize = 16;

    private static readonly TimeSpan ChallengeStands = TimeSpan.FromSeconds(10);

    private readonly FrameOpener _opener;
    private readonly Snowflake _self;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Succession _succession = new();
    private byte[]? _challenge;
    private long _challengedAt;
    private volatile Process? _process;
    private RelayRoot _current;
    private RelayRoot? _next;
    private RelayRoot? _old;
    private byte[] _sealed;
    private byte[]? _nextSealed;
    private bool _isTold;
    private long _finishedAt;

    public DiscordPeer(EnrolledWorker worker, Snowflake bot, Snowflake control, Snowflake self, FrameCounters counters, TimeProvider time)
    {
        (Worker, Bot, Control, _self, _time) = (worker.Id, bot, control, self, time);
        (_current, _sealed) = (new(worker.Root), worker.Sealed);
        if (worker.Next is { } next)
        {
            (_next, _nextSealed) = (new(next.Root), next.Sealed);
        }

        CryptographicOperations.ZeroMemory(worker.Root);
        CryptographicOperations.ZeroMemory(worker.Next?.Root);
        _opener = FrameOpener.AtServer(new(_current, _next), counters);
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

    /// <summary>Whether the root that it knows, or the one that is to take its place, is still this worker's.</summary>
    public bool IsOf(WorkerEnrolmentState enrolment)
    {
        lock (_gate)
        {
            // What was read a moment ago may be older than what it knows by now, or the other way round.
            return _sealed.AsSpan().SequenceEqual(enrolment.SealedRoot)
                || (enrolment.NextSealedRoot is { } given && given.AsSpan().SequenceEqual(_sealed))
                || (_nextSealed is { } next && next.AsSpan().SequenceEqual(enrolment.SealedRoot));
        }
    }

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

            using var pings = FrameSealer.Pings(_current, CarrierTerms.Discord(Control.Value, _self.Value));
            return pings.Seal(new Ping(_challenge));
        }
    }

    /// <summary>What the worker says in a frame that was posted there; null when it does not open.</summary>
    /// <param name="provesNext">The root that the worker is being given, as the database has it sealed, when the worker has just used that one.</param>
    public ToServer? Open(byte[] frame, Snowflake channel, Snowflake author, out byte[]? provesNext)
    {
        var binding = CarrierTerms.Discord(channel.Value, author.Value).Binding;
        var outcome = _opener.TryOpen(frame, binding, out var opened, out var sealedBy);
        lock (_gate)
        {
            provesNext = sealedBy is not null && ReferenceEquals(sealedBy, _next) ? _nextSealed : null;
            if (opened is Hello && ReferenceEquals(sealedBy, _old))
            {
                // What is on its way may still arrive, but nobody proves himself by the root before.
                return null;
            }
        }

        return outcome == FrameOutcome.Opened ? opened as ToServer : null;
    }

    /// <summary>
    /// The worker is to be given this root: from now on it may use it. It is told once, and again whenever it has said hello and not used it,
    /// because then it was started anew, or could not keep it.
    /// </summary>
    /// <param name="sealedRoot">As the database has it.</param>
    /// <returns>Whether the worker is to be told now.</returns>
    public bool Offer(byte[] sealedRoot, IRootVault vault, [NotNullWhen(true)] out byte[]? root)
    {
        root = null;
        lock (_gate)
        {
            var isNew = !_nextSealed.AsSpan().SequenceEqual(sealedRoot);
            if (_sealed.AsSpan().SequenceEqual(sealedRoot) || (!isNew && (_isTold || _process is null)) || vault.Open(Worker, sealedRoot) is not { } opened)
            {
                return false;
            }

            if (isNew)
            {
                // Also while the worker is away: it may have kept the root and died before it could use it.
                var given = new RelayRoot(opened);
                _opener.Know(new(_current, given));
                _next?.Dispose();
                (_next, _nextSealed, _isTold) = (given, sealedRoot, false);
            }

            if (_process is null)
            {
                CryptographicOperations.ZeroMemory(opened);
                return false;
            }

            _isTold = true;
            root = opened;
            return true;
        }
    }

    /// <summary>The database has the next root as the only one: from now on it seals. What is on its way under the old one still opens.</summary>
    public void Finish(byte[] sealedRoot)
    {
        lock (_gate)
        {
            if (_next is not { } next || !_nextSealed.AsSpan().SequenceEqual(sealedRoot))
            {
                return;
            }

            _opener.Know(new(next, _current));
            _old?.Dispose();
            (_old, _current, _next, _isTold) = (_current, next, null, false);
            (_sealed, _nextSealed) = (sealedRoot, null);
            _finishedAt = _time.GetTimestamp();
            if (_process is { } process)
            {
                _process = new(process.Epoch) { Stream = process.Stream };
                process.Dispose();
            }
        }
    }

    /// <summary>The old root opens nothing any more, once whatever was on its way under it must have arrived.</summary>
    public void DropOld(TimeSpan after)
    {
        lock (_gate)
        {
            if (_old is { } old && _time.GetElapsedTime(_finishedAt) >= after)
            {
                _opener.Know(new(_current, _next));
                old.Dispose();
                _old = null;
            }
        }
    }

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
                if (!isProven && hello.Challenge.Length > 0)
                {
                    return HelloWorth.Unproven;
                }

                (known.Stream, _isTold) = (stream, false);
                return HelloWorth.Believed;
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
            (_challenge, _isTold) = (null, false);
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
        // Nothing may be sealed by streams that a change of roots has just ended.
        lock (_gate)
        {
            var process = _process ?? throw new CarrierException($"The worker {Worker} is not here.");
            return process.Streams.GetOrAdd(channel, id =>
            {
                var (root, terms) = (_current, CarrierTerms.Discord(id.Value, _self.Value));
                return new(() => FrameSealer.ToWorker(root, process.Epoch, terms)) { Epoch = process.Epoch };
            }).Seal(message);
        }
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
        _current.Dispose();
        _next?.Dispose();
        _old?.Dispose();
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
