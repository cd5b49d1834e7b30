using System.Security.Cryptography;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Relay.Frames;

namespace MeatLizard.Infrastructure.Relay;

/// <summary>
/// A worker's own roots: the one by which the server knows it, and perhaps the one that is to take its place. The new one is on the disk
/// before it is used, and the old one stays there until the server has answered under the new one, so that whoever dies in between is
/// known by one of them.
/// </summary>
internal sealed class WorkerRoots : IDisposable
{
    private readonly string _worker;
    private readonly IRootStore? _store;
    private RelayRoot _current;
    private RelayRoot? _next;
    private RelayRoot? _old;
    private bool _triesNext = true;

    /// <param name="store">Null: it can't be given another one.</param>
    public WorkerRoots(WorkerId worker, byte[] root, byte[]? nextRoot, IRootStore? store)
    {
        (_worker, _store) = (worker.Value, store);
        _current = new(root);
        if (nextRoot is not null && !nextRoot.AsSpan().SequenceEqual(root))
        {
            _next = new(nextRoot);
        }

        Keys = Ordered();
    }

    /// <summary>What the worker proves itself with; the first of them seals. The same object until something changes.</summary>
    public RelayKeys Keys { get; private set; }

    /// <summary>The same; and while there is one root, the one before as well, which frames on their way may still be sealed with.</summary>
    public RelayKeys WithOld => _old is null || _next is not null ? Keys : new(_current, _old);

    /// <summary>Whether the server has yet to say which of two is the worker's.</summary>
    public bool IsChanging => _next is not null;

    /// <returns>Whether there is a new one now, which the worker is to prove itself with.</returns>
    public async Task<bool> Take(byte[] root, CancellationToken cancellationToken)
    {
        var given = new RelayRoot(root);
        if (_store is not { } store || given.KeyId == _current.KeyId)
        {
            given.Dispose();
            return false;
        }

        await store.Save(NextRoot.Of(_worker), Convert.ToHexStringLower(root), cancellationToken);
        CryptographicOperations.ZeroMemory(root);
        (_next, _triesNext) = (given, true);
        Keys = Ordered();
        return true;
    }

    /// <summary>The server has answered: what it answered under is the worker's root from now on.</summary>
    /// <param name="proved">The root that the server has used.</param>
    /// <returns>Whether that was news.</returns>
    public async Task<bool> Settle(RelayRoot proved, CancellationToken cancellationToken)
    {
        if (_next is not { } next || next.KeyId != proved.KeyId)
        {
            return false;
        }

        if (_store is { } store)
        {
            // Two steps, and either one may be the last: the same root under both names is no harm.
            var kept = await store.Find(NextRoot.Of(_worker), cancellationToken);
            if (kept is not null)
            {
                await store.Save(_worker, kept, cancellationToken);
                await store.Remove(NextRoot.Of(_worker), cancellationToken);
            }
        }

        DropOld();
        (_old, _current, _next) = (_current, next, null);
        Keys = Ordered();
        return true;
    }

    /// <summary>The server did not answer: perhaps it knows the other one.</summary>
    public void Doubt()
    {
        if (_next is not null)
        {
            _triesNext = !_triesNext;
            Keys = Ordered();
        }
    }

    /// <summary>Nothing is opened with the root before the last one any more.</summary>
    public void DropOld()
    {
        _old?.Dispose();
        _old = null;
    }

    public void Dispose()
    {
        _current.Dispose();
        _next?.Dispose();
        _old?.Dispose();
    }

    private RelayKeys Ordered() => _next is null ? new(_current) : _triesNext ? new(_next, _current) : new(_current, _next);
}
