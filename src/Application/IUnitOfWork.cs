namespace MeatLizard.Application;

/// <summary>
/// What the stores were told to write in this scope, done at once or not at all. Stores collect writes; nothing reaches the
/// database before <see cref="Commit"/>, and reads do not see what is still collected.
/// </summary>
public interface IUnitOfWork
{
    /// <summary>
    /// Of several reasons to fail the first of these is told: the twin of an idempotency key, a version that has moved on, another
    /// key that is taken. Whoever loads again after a conflict therefore finds what took the key.
    /// </summary>
    /// <exception cref="ConcurrencyConflictException">
    /// A version had moved on; nothing was written, and the scope must not be used again.
    /// </exception>
    /// <exception cref="DuplicateException">A unique key is taken; nothing was written, and the scope must not be used again.</exception>
    Task Commit(CommitDurability durability, CancellationToken cancellationToken);
}
