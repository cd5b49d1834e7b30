using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Relay.Frames;

namespace MeatLizard.Infrastructure.Relay;

/// <summary>
/// One end's sealers on one connection: a stream for each attempt and one for everything else. A stream that has been
/// forgotten is simply begun anew, under a new id.
/// </summary>
/// <param name="sharesOne">Everything goes in one stream: where nothing between the ends can tell streams apart, another for each attempt only costs its keys.</param>
internal sealed class OutgoingStreams(Func<FrameSealer> open, bool sharesOne = false) : IDisposable
{
    private const int MostStreams = 256;
    private const uint Reserve = 65_536;

    private readonly Lock _gate = new();
    private readonly Dictionary<(RequestId, int), FrameSealer> _attempts = [];
    private readonly Queue<(RequestId, int)> _order = new();
    private FrameSealer? _control;

    /// <summary>Towards a worker: the process that can open them.</summary>
    public WorkerEpoch Epoch { get; init; }

    public byte[][] Seal(RelayMessage message)
    {
        lock (_gate)
        {
            return Stream(message).Seal(message);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _control?.Dispose();
            foreach (var sealer in _attempts.Values)
            {
                sealer.Dispose();
            }

            _attempts.Clear();
        }
    }

    private FrameSealer Stream(RelayMessage message)
    {
        if (sharesOne || message is not IAttemptMessage about)
        {
            if (_control is { FramesLeft: < Reserve })
            {
                _control.Dispose();
                _control = null;
            }

            return _control ??= open();
        }

        var name = (about.RequestId, about.Attempt);
        if (_attempts.TryGetValue(name, out var stream))
        {
            return stream;
        }

        while (_attempts.Count >= MostStreams && _order.TryDequeue(out var oldest))
        {
            if (_attempts.Remove(oldest, out var forgotten))
            {
                forgotten.Dispose();
            }
        }

        _attempts[name] = stream = open();
        _order.Enqueue(name);
        return stream;
    }
}
