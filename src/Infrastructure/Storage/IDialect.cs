using MeatLizard.Application;

namespace MeatLizard.Infrastructure.Storage;

/// <summary>One kind of database: how it is reached, how it locks and how it says what went wrong.</summary>
internal interface IDialect
{
    /// <summary>Names the folder of its migrations.</summary>
    string Name { get; }

    /// <summary>Ends a subselect whose rows are about to be claimed.</summary>
    string SkipLocked { get; }

    /// <summary>The whole microseconds between two times of a row; null when one of them is.</summary>
    string Elapsed(string from, string to);

    Task<IReadOnlyList<T>> Read<T>(Statement query, CancellationToken cancellationToken);

    /// <summary>Writes at once, relaxed and apart from any unit of work, and gives back what RETURNING said.</summary>
    Task<IReadOnlyList<T>> WriteNow<T>(Statement write, CancellationToken cancellationToken);

    /// <summary>Writes at once, relaxed and in a transaction of its own.</summary>
    /// <returns>Rows touched by the first statement.</returns>
    Task<int> WriteNow(IReadOnlyList<Statement> writes, CancellationToken cancellationToken);

    /// <summary>All of these in order in one transaction, or none.</summary>
    Task Commit(IReadOnlyList<Statement> writes, CommitDurability durability, CancellationToken cancellationToken);

    /// <summary>Takes what was deleted out of the files as well, as far as they are this program's.</summary>
    Task Sweep(CancellationToken cancellationToken);

    /// <summary>Runs the work in one transaction while every other host that wants to do the same waits.</summary>
    Task Migrate(Func<IMigrationTransaction, Task> work, CancellationToken cancellationToken);
}
