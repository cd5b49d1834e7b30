using MeatLizard.Domain.Identity;

namespace MeatLizard.Application;

public interface IIdempotencyStore
{
    Task<IdempotencyRecord?> Find(UserId user, string scope, string key, CancellationToken cancellationToken);

    /// <summary>Written in the commit that creates the object; a twin's commit fails with <see cref="DuplicateException"/> (<c>idempotency_key</c>).</summary>
    void Add(IdempotencyRecord record);

    /// <summary>Forgets records made before this time, at once.</summary>
    Task<int> RemoveBefore(DateTimeOffset time, CancellationToken cancellationToken);
}
