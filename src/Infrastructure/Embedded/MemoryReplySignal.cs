using System.Collections.Concurrent;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Embedded;

/// <summary>Wakes the readers in this process.</summary>
internal sealed class MemoryReplySignal(TimeProvider time) : IReplySignal
{
    private readonly ConcurrentDictionary<RequestId, ConcurrentDictionary<Subscription, byte>> _readers = new();

    /// <summary>Whether anybody reads an answer here.</summary>
    public bool HasReaders => !_readers.IsEmpty;

    /// <summary>Anything may have been committed elsewhere.</summary>
    public void RaiseAll()
    {
        foreach (var (request, _) in _readers)
        {
            Raise(request);
        }
    }

    public void Raise(RequestId request)
    {
        if (_readers.TryGetValue(request, out var readers))
        {
            foreach (var (reader, _) in readers)
            {
                reader.SendToTable();
                reader.Raise();
            }
        }
    }

    public void Raise(RequestId request, IReadOnlyList<ReplyEvent> committed)
    {
        if (_readers.TryGetValue(request, out var readers))
        {
            foreach (var (reader, _) in readers)
            {
                reader.Bring(committed);
                reader.Raise();
            }
        }
    }

    public IReplySubscription Subscribe(RequestId request)
    {
        var subscription = new Subscription(this, request, time);
        _readers.AddOrUpdate(
            request,
            _ => new([new(subscription, 0)]),
            (_, readers) =>
            {
                readers[subscription] = 0;
                return readers;
            });
        return subscription;
    }

    private void Remove(RequestId request, Subscription subscription)
    {
        if (_readers.TryGetValue(request, out var readers))
        {
            readers.TryRemove(subscription, out _);
            if (readers.IsEmpty)
            {
                // Only an empty set is taken out; a reader that joined meanwhile asks the table within its patience all the same.
                _readers.TryRemove(new(request, readers));
            }
        }
    }

    private sealed class Subscription(MemoryReplySignal owner, RequestId request, TimeProvider time) : IReplySubscription
    {
        /// <summary>Kept for a reader that is slow; beyond that it asks the table.</summary>
        private const int MostBrought = 256;

        private readonly SemaphoreSlim _raised = new(0, 1);
        private readonly Lock _gate = new();
        private List<ReplyEvent> _brought = [];
        private bool _asksTable;

        /// <summary>Something was committed that no signal brings: signals may be folded, so what the others brought is not enough.</summary>
        public void SendToTable()
        {
            lock (_gate)
            {
                _asksTable = true;
            }
        }

        public void Bring(IReadOnlyList<ReplyEvent> committed)
        {
            lock (_gate)
            {
                if (_brought.Count >= MostBrought)
                {
                    _asksTable = true;
                }

                if (!_asksTable)
                {
                    _brought.AddRange(committed);
                }
            }
        }

        public IReadOnlyList<ReplyEvent> Take()
        {
            lock (_gate)
            {
                var brought = _asksTable ? [] : _brought;
                _asksTable = false;
                _brought = [];
                return brought;
            }
        }

        public void Raise()
        {
            try
            {
                _raised.Release();
            }
            catch (SemaphoreFullException)
            {
                // Raised already and not seen yet: one is enough.
            }
            catch (ObjectDisposedException)
            {
                // The reader has just left.
            }
        }

        public async Task Wait(TimeSpan atMost, CancellationToken cancellationToken)
        {
            if (_raised.Wait(0, CancellationToken.None))
            {
                return;
            }

            using var late = new CancellationTokenSource(atMost, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
            try
            {
                await _raised.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
            }
        }

        public void Dispose()
        {
            owner.Remove(request, this);
            _raised.Dispose();
        }
    }
}
