using System.Security.Cryptography;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Infrastructure.Relay.Frames;

namespace MeatLizard.Infrastructure.Relay.Link;

/// <summary>
/// A worker's own roots: the one by which the server knows it, and perhaps the one that is to take its place. The new one is on the disk
/// before it is used, and the old one stays there until the server has answered under the new one, so that whoever dies in between is
/// known by one of them.
/// </summary>
internal sealed class LinkRoots : IDisposable
{
    private readonly LinkOptions _options;
    private RelayRoot _current;
    private RelayRoot? _next;
    private RelayRoot? _old;
    private bool _triesNext = true;

    public LinkRoots(LinkOptions options)
    {
        _options = options;
        _current = new(options.Root);
        if (options.NextRoot is { } next && !next.AsSpan().SequenceEqual(options.Root))
        {
            _next = new(next);
        }

        Keys = Ordered();
    }

    /// <summary>What the next connection is made with; the first of them seals. The same object until something changes.</summary>
    public RelayKeys Keys { get; private set; }

    /// <returns>Whether there is a new one now, which the next connection is to be made with.</returns>
    public async Task<bool> Take(byte[] root, CancellationToken cancellationToken)
    {
        var given = new RelayRoot(root);
        if (_options.Roots is not { } store || given.KeyId == _current.KeyId)
        {
            given.Dispose();
            return false;
        }

        await store.Save(NextRoot.Of(_options.Worker.Value), Convert.ToHexStringLower(root), cancellationToken);
        CryptographicOperations.ZeroMemory(root);
        (_next, _triesNext) = (given, true);
        Keys = Ordered();
        return true;
    }

    /// <summary>The server has answered: what it answered under is the worker's root from now on.</summary>
    /// <param name="proved">The root that sealed on that connection.</param>
    public async Task Settle(RelayRoot proved, CancellationToken cancellationToken)
    {
        if (_next is not { } next || next.KeyId != proved.KeyId)
        {
            return;
        }

        if (_options.Roots is { } store)
        {
            // Two steps, and either one may be the last: the same root under both names is no harm.
            var kept = await store.Find(NextRoot.Of(_options.Worker.Value), cancellationToken);
            if (kept is not null)
            {
                await store.Save(_options.Worker.Value, kept, cancellationToken);
                await store.Remove(NextRoot.Of(_options.Worker.Value), cancellationToken);
            }
        }

        (_old, _current, _next) = (_current, next, null);
        Keys = Ordered();
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
    public void DropOld() => _old?.Dispose();

    public void Dispose()
    {
        _current.Dispose();
        _next?.Dispose();
        _old?.Dispose();
    }

    private RelayKeys Ordered() => _next is null ? new(_current) : _triesNext ? new(_next, _current) : new(_current, _next);
}
