using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity;

/// <summary>Sign-ins and the one-time link that makes the owner.</summary>
public interface ISignInStore
{
    Task<SignIn?> Find(string hash, CancellationToken cancellationToken);

    void Add(SignIn signIn);

    void Remove(string hash);

    /// <summary>Those that are still good, newest first.</summary>
    Task<IReadOnlyList<SignIn>> List(UserId user, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>All of a user's, but for the one of this hash.</summary>
    void RemoveAll(UserId user, string? except);

    /// <summary>The link that may be used until then; replaces an unused one before it.</summary>
    void SetSetupLink(string hash, DateTimeOffset expiresAt);

    Task<bool> IsSetupLink(string hash, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Uses the link up: the commit fails with <see cref="ConcurrencyConflictException"/> if somebody was first.</summary>
    void UseSetupLink(string hash);

    /// <summary>Forgets what has expired, at once.</summary>
    Task<int> RemoveExpired(DateTimeOffset now, CancellationToken cancellationToken);
}
