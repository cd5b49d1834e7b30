using MeatLizard.Application;
using MeatLizard.Infrastructure.Storage;

namespace MeatLizard.Bench;

/// <summary>Remembers what the product asks of its database, so that the bare thing can be made to do the same.</summary>
internal sealed class RecordingDialect(IDialect inner) : IDialect
{
    public List<Statement> Reads { get; } = [];

    public List<Statement> Writes { get; } = [];

    public string Name => inner.Name;

    public string SkipLocked => inner.SkipLocked;

    public string Elapsed(string from, string to) => inner.Elapsed(from, to);

    public Task<IReadOnlyList<T>> Read<T>(Statement query, CancellationToken cancellationToken)
    {
        Reads.Add(query);
        return inner.Read<T>(query, cancellationToken);
    }

    public Task<IReadOnlyList<T>> WriteNow<T>(Statement write, CancellationToken cancellationToken) =>
        inner.WriteNow<T>(write, cancellationToken);

    public Task<int> WriteNow(IReadOnlyList<Statement> writes, CancellationToken cancellationToken) => inner.WriteNow(writes, cancellationToken);

    public Task Commit(IReadOnlyList<Statement> writes, CommitDurability durability, CancellationToken cancellationToken)
    {
        Writes.AddRange(writes);
        return inner.Commit(writes, durability, cancellationToken);
    }

    public Task Sweep(CancellationToken cancellationToken) => inner.Sweep(cancellationToken);

    public Task Migrate(Func<IMigrationTransaction, Task> work, CancellationToken cancellationToken) => inner.Migrate(work, cancellationToken);
}
