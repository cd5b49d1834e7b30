using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Relay.Frames;

namespace MeatLizard.Infrastructure.Relay;

/// <summary>
/// Carries frames between the server and a worker in the same process. The frames are as real as on any other carrier, so
/// that whatever works here works there.
/// </summary>
internal sealed class InProcessCarrier : IRelayCarrier, IWorkerConnection, IDisposable
{
    /// <summary>Frames in flight; whoever is faster waits.</summary>
    private const int Room = 1024;

    private readonly Channel<byte[]> _toWorker = Way();
    private readonly Channel<byte[]> _toServer = Way();
    private readonly RelayKeys _keys;
    private readonly FrameCounters _counters;
    private readonly OutgoingStreams _workerStreams;
    private readonly FrameOpener _atServer;
    private readonly WorkerId _worker;

    /// <summary>What the server seals with; null until the worker has said which epoch is its own.</summary>
    private volatile OutgoingStreams? _serverStreams;
    private volatile WorkerSide _workerSide;

    public InProcessCarrier(InProcessWorker worker, FrameCounters counters)
    {
        _worker = worker.Id;
        _keys = worker.Keys;
        _counters = counters;
        _workerStreams = new(() => FrameSealer.ToServer(_keys.Current, CarrierTerms.Local), sharesOne: true);
        _atServer = FrameOpener.AtServer(_keys, counters);
        _workerSide = WorkerSide.Open(_keys, counters);
    }

    public string Name => "in_process";

    public long Generation => 0;

    public byte[] Epoch => _workerSide.Epoch.ToArray();

    public TimeSpan TextDueIn(RequestId request, int attempt) => TimeSpan.Zero;

    public bool Reaches(WorkerId worker) => worker == _worker && _serverStreams is not null;

    public async Task Send(WorkerId worker, ToWorker message, CancellationToken cancellationToken)
    {
        if (worker != _worker || _serverStreams is not { } streams)
        {
            throw new CarrierException($"The worker {worker} is not connected.");
        }

        foreach (var frame in streams.Seal(message))
        {
            await _toWorker.Writer.WriteAsync(frame, cancellationToken);
        }
    }

    public async ValueTask Send(ToServer message, CancellationToken cancellationToken)
    {
        foreach (var frame in _workerStreams.Seal(message))
        {
            await _toServer.Writer.WriteAsync(frame, cancellationToken);
        }
    }

    public async IAsyncEnumerable<ToWorker> Receive([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var frame in _toWorker.Reader.ReadAllAsync(cancellationToken))
        {
            if (_workerSide.Opener.TryOpen(frame, CarrierTerms.Local.Binding, out var message) == FrameOutcome.Opened && message is ToWorker said)
            {
                yield return said;
            }
        }
    }

    /// <summary>The server's end: brings what the worker says to the inbox until it is stopped.</summary>
    public async Task Pump(IRelayInbox inbox, CancellationToken cancellationToken)
    {
        await foreach (var frame in _toServer.Reader.ReadAllAsync(cancellationToken))
        {
            if (_atServer.TryOpen(frame, CarrierTerms.Local.Binding, out var message) == FrameOutcome.Opened && message is ToServer said)
            {
                if (said is Hello hello)
                {
                    SealFor(WorkerEpoch.FromBytes(hello.WorkerEpoch));
                }

                await inbox.Deliver(_worker, said, cancellationToken);
            }
        }
    }

    public bool TryRenewEpoch()
    {
        if (!_workerSide.Opener.WantsNewEpoch)
        {
            return false;
        }

        var old = _workerSide;
        _workerSide = WorkerSide.Open(_keys, _counters);
        old.Opener.Dispose();
        return true;
    }

    public void Dispose()
    {
        _serverStreams?.Dispose();
        _workerStreams.Dispose();
        _atServer.Dispose();
        _workerSide.Opener.Dispose();
    }

    /// <summary>
    /// Whoever writes goes on as the reader at once: waking another thread would take longer than all that the reader does before it
    /// waits for something itself, and every first token would wait for it.
    /// </summary>
    private static Channel<byte[]> Way() => Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(Room) { SingleReader = true, AllowSynchronousContinuations = true });

    private void SealFor(WorkerEpoch epoch)
    {
        var old = _serverStreams;
        if (old?.Epoch != epoch)
        {
            _serverStreams = new(() => FrameSealer.ToWorker(_keys.Current, epoch, CarrierTerms.Local), sharesOne: true) { Epoch = epoch };
        }
    }

    private sealed record WorkerSide(WorkerEpoch Epoch, FrameOpener Opener)
    {
        public static WorkerSide Open(RelayKeys keys, FrameCounters counters)
        {
            var epoch = WorkerEpoch.Draw();
            return new(epoch, FrameOpener.AtWorker(keys, epoch, counters));
        }
    }
}
