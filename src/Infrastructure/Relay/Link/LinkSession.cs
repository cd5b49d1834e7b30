using System.Net.WebSockets;
using System.Security.Cryptography;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Relay.Frames;

namespace MeatLizard.Infrastructure.Relay.Link;

/// <summary>The server's end of one worker's connection: its handshake, then its frames.</summary>
internal sealed class LinkSession : IAsyncDisposable
{
    private readonly string _connectionId = RandomNumberGenerator.GetHexString(LinkProtocol.ConnectionIdLength, lowercase: true);
    private readonly FrameSocket _socket;
    private readonly LinkPulse _pulse;
    private readonly CarrierTerms _terms;
    private readonly RelayRoot _current;
    private readonly RelayRoot? _next;
    private readonly byte[] _sealed;
    private readonly byte[]? _nextSealed;
    private readonly RelayKeys _keys;
    private readonly FrameOpener _opener;
    private readonly TimeProvider _time;
    private readonly byte[] _buffer = FrameSocket.Buffer();
    private volatile OutgoingStreams? _streams;
    private RelayRoot _provedBy;

    public LinkSession(EnrolledWorker worker, WebSocket socket, LinkPulse pulse, FrameCounters counters, TimeProvider time)
    {
        Worker = worker.Id;
        _socket = new(socket);
        _pulse = pulse;
        _terms = CarrierTerms.Link(_connectionId);
        _next = worker.Next is { } next ? new(next.Root) : null;
        _current = new(worker.Root);
        (_sealed, _nextSealed) = (worker.Sealed, worker.Next?.Sealed);
        _keys = new(_current, _next);
        _provedBy = _current;
        CryptographicOperations.ZeroMemory(worker.Root);
        CryptographicOperations.ZeroMemory(worker.Next?.Root);
        _opener = FrameOpener.AtServer(_keys, counters);
        _time = time;
    }

    public WorkerId Worker { get; }

    /// <inheritdoc cref="LinkPulse.Silence"/>
    public TimeSpan Silence => _pulse.Silence;

    /// <summary>Hex; empty before the hello.</summary>
    public string Epoch { get; private set; } = "";

    /// <summary>The root that the worker has proved itself by, as the database had it when the worker was let in.</summary>
    public byte[] Proved => ProvedNext ? _nextSealed! : _sealed;

    /// <summary>Whether that is the one that it is being given.</summary>
    public bool ProvedNext => ReferenceEquals(_provedBy, _next);

    /// <summary>Whether the root that it has proved itself by is still one of this worker's.</summary>
    public bool IsOf(WorkerEnrolmentState enrolment) =>
        Proved.AsSpan().SequenceEqual(enrolment.SealedRoot) || Proved.AsSpan().SequenceEqual(enrolment.NextSealedRoot);

    /// <summary>The next root that it was last told over this connection, as the database has it; null when it was told none.</summary>
    public byte[]? Told { get; set; }

    /// <summary>The worker answers a challenge that only this connection has heard, under its root.</summary>
    /// <returns>Its hello; null when it did not prove itself in time.</returns>
    public async Task<Hello?> Handshake(CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(LinkProtocol.HandshakeWithin, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        var challenge = RandomNumberGenerator.GetBytes(LinkProtocol.ChallengeSize);
        try
        {
            await _socket.SendText(LinkProtocol.Greeting + _connectionId, either.Token);
            _socket.Start();
            using var pings = FrameSealer.Pings(_keys.Current, _terms);
            foreach (var frame in pings.Seal(new Ping(challenge)))
            {
                await _socket.Queue(frame, either.Token);
            }

            // A worker that has the root sends its hello and nothing before it.
            if (await Receive(passOver: false, either.Token) is not Hello hello || !CryptographicOperations.FixedTimeEquals(hello.Challenge, challenge))
            {
                return null;
            }

            // The tag has verified, so the key id is the sender's own.
            _provedBy = _next is not null && FrameHeader.KeyIdOf(_buffer) == _next.KeyId ? _next : _current;
            SealFor(hello);
            return hello;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>What the worker says next; null when the connection has ended. Frames that do not open are counted and passed over.</summary>
    public async Task<ToServer?> Receive(CancellationToken cancellationToken)
    {
        var said = await Receive(passOver: true, cancellationToken);
        if (said is Hello hello)
        {
            SealFor(hello);
        }

        return said;
    }

    /// <exception cref="CarrierException">The worker does not take in what it is sent.</exception>
    public void Send(ToWorker message)
    {
        // Orders are large, and whoever gives many of them at once must not cut the answers of others off.
        if (message is Infer && !_socket.HasRoomForOrders)
        {
            throw new CarrierException($"The link to {Worker} is slow, and has taken in what it was sent only in part.");
        }

        foreach (var frame in _streams?.Seal(message) ?? [])
        {
            if (!_socket.TryQueue(frame))
            {
                _socket.Abort();
                throw new CarrierException($"The link to {Worker} is gone, or so slow that it was cut.");
            }
        }
    }

    public Task Close(WebSocketCloseStatus status, string reason) => _socket.Close(status, reason);

    public void Abort() => _socket.Abort();

    public async ValueTask DisposeAsync()
    {
        await _socket.DisposeAsync();
        _streams?.Dispose();
        _opener.Dispose();
        _current.Dispose();
        _next?.Dispose();
    }

    /// <param name="passOver">Whether a frame that does not open is passed over, or is the end.</param>
    private async Task<ToServer?> Receive(bool passOver, CancellationToken cancellationToken)
    {
        while (await _socket.Receive(_buffer, cancellationToken) is >= 0 and var length)
        {
            var outcome = _opener.TryOpen(_buffer.AsSpan(0, length), _terms.Binding, out var message);
            if (outcome == FrameOutcome.Opened && message is ToServer said)
            {
                return said;
            }

            if (!passOver && outcome != FrameOutcome.Incomplete)
            {
                return null;
            }
        }

        return null;
    }

    private void SealFor(Hello hello)
    {
        var epoch = WorkerEpoch.FromBytes(hello.WorkerEpoch);
        if (_streams?.Epoch != epoch)
        {
            _streams = new(() => FrameSealer.ToWorker(_provedBy, epoch, _terms)) { Epoch = epoch };
            Epoch = Convert.ToHexStringLower(hello.WorkerEpoch);
        }
    }
}
