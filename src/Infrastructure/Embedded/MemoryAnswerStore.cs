using MeatLizard.Application.Relay.Caching;
using MeatLizard.Domain.Identity;

namespace MeatLizard.Infrastructure.Embedded;

/// <summary>Answers in this process: by their last use, bounded in number and in size.</summary>
internal sealed class MemoryAnswerStore(AnswerCacheOptions options, TimeProvider time) : IAnswerStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<AnswerKey, LinkedListNode<Kept>> _kept = [];

    /// <summary>The one that was used last comes first.</summary>
    private readonly LinkedList<Kept> _byUse = new();
    private long _bytes;

    public ValueTask<CachedAnswer?> Find(AnswerKey key, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_kept.TryGetValue(key, out var node))
            {
                return ValueTask.FromResult<CachedAnswer?>(null);
            }

            if (IsOver(node.Value))
            {
                Remove(node);
                return ValueTask.FromResult<CachedAnswer?>(null);
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return ValueTask.FromResult<CachedAnswer?>(node.Value.Answer);
        }
    }

    public ValueTask Keep(AnswerKey key, CachedAnswer answer, CancellationToken cancellationToken)
    {
        var size = answer.Size();
        lock (_gate)
        {
            if (_kept.TryGetValue(key, out var earlier))
            {
                Remove(earlier);
            }

            if (size <= options.Largest)
            {
                _kept[key] = _byUse.AddFirst(new Kept(key, answer, size));
                _bytes += size;
            }

            while (_byUse.Last is { } last && (_kept.Count > options.Entries || _bytes > options.Bytes || IsOver(last.Value)))
            {
                Remove(last);
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask Forget(UserId user, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            foreach (var (key, node) in _kept)
            {
                if (key.User == user)
                {
                    // A dictionary may lose entries while it is walked through.
                    Remove(node);
                }
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<CacheSize?> Measure(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return ValueTask.FromResult<CacheSize?>(new(_kept.Count, _bytes));
        }
    }

    private bool IsOver(Kept kept) => time.GetUtcNow() - kept.Answer.WrittenAt > options.Ttl + options.StaleTtl;

    private void Remove(LinkedListNode<Kept> node)
    {
        _byUse.Remove(node);
        _kept.Remove(node.Value.Key);
        _bytes -= node.Value.Size;
    }

    private sealed record Kept(AnswerKey Key, CachedAnswer Answer, int Size);
}
