using MeatLizard.Application;
using MeatLizard.Domain;

namespace MeatLizard.Infrastructure.Storage;

/// <summary>
/// What one scope reads and is going to write. Reads go out at once and hold a connection only while they last; writes are
/// collected until the commit.
/// </summary>
internal sealed class DbSession(IDialect dialect) : IUnitOfWork
{
    private readonly List<Func<Statement?>> _writes = [];
    private readonly Dictionary<object, Action> _saved = new(ReferenceEqualityComparer.Instance);
    private readonly List<Action<bool>> _ends = [];
    private bool _spent;

    public IDialect Dialect => dialect;

    public void Write(Statement write) => _writes.Add(() => write);

    /// <summary>Writes the aggregate's state as it is at the commit, once, however often it is saved before.</summary>
    public void Save<TState>(AggregateRoot<TState> aggregate, Func<Statement> write)
        where TState : class
    {
        if (_saved.TryAdd(aggregate, aggregate.MarkStored))
        {
            _writes.Add(() => aggregate.Version == aggregate.StoredVersion ? null : write());
        }
    }

    /// <summary>Called when the next commit has come to its end, with whether it is there.</summary>
    public void WhenEnded(Action<bool> end) => _ends.Add(end);

    public Task<IReadOnlyList<T>> Read<T>(string sql, (string Name, object? Value)[] values, CancellationToken cancellationToken) =>
        dialect.Read<T>(new Statement("", sql, values), cancellationToken);

    public async Task<T?> ReadFirst<T>(string sql, (string Name, object? Value)[] values, CancellationToken cancellationToken)
    {
        var rows = await dialect.Read<T>(new Statement("", sql, values), cancellationToken);
        return rows.Count == 0 ? default : rows[0];
    }

    public async Task Commit(CommitDurability durability, CancellationToken cancellationToken)
    {
        if (_spent)
        {
            throw new InvalidOperationException("A commit of this scope has failed before; it must not be used again.");
        }

        List<Statement> statements = [.. _writes.Select(write => write()).OfType<Statement>().OrderBy(Rank)];
        if (statements.Count > 0)
        {
            _spent = true;
            try
            {
                await dialect.Commit(statements, durability, cancellationToken);
                _spent = false;
            }
            finally
            {
                if (_spent)
                {
                    _ends.ForEach(end => end(false));
                }
            }
        }

        foreach (var markStored in _saved.Values)
        {
            markStored();
        }

        _ends.ForEach(end => end(true));
        _writes.Clear();
        _saved.Clear();
        _ends.Clear();
    }

    /// <summary>
    /// What is told when several writes would fail: that it is a twin before that a version has moved on, and that before a key
    /// that is taken because of it. References are looked at when all is written, so that the order is free otherwise.
    /// </summary>
    private static int Rank(Statement write) => write switch
    {
        { WaitsBriefly: true } => 0,
        { Expects: not null } => 1,
        _ => 2,
    };
}
