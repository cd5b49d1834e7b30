using MeatLizard.Application.Relay.Workers;

namespace MeatLizard.Hosts.Tests.Hosting;

/// <summary>A store that may be locked.</summary>
internal sealed class FailingStore(IRootStore store) : IRootStore
{
    private int _asked;

    public bool Fails { get; set; }

    /// <summary>How often it has failed.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public Task Save(string worker, string root, CancellationToken cancellationToken)
    {
        if (!Fails)
        {
            return store.Save(worker, root, cancellationToken);
        }

        Interlocked.Increment(ref _asked);
        throw new InvalidOperationException("The keychain is locked.");
    }

    public Task Remove(string worker, CancellationToken cancellationToken) => store.Remove(worker, cancellationToken);

    public Task<string?> Find(string worker, CancellationToken cancellationToken) => store.Find(worker, cancellationToken);
}
