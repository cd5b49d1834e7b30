using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity;

public interface IUserStore
{
    Task<User?> Find(UserId id, CancellationToken cancellationToken);

    /// <summary>In the order of their coming, without those who have left.</summary>
    /// <param name="limit">From 1.</param>
    /// <exception cref="FormatException">The cursor is not one that a page gave.</exception>
    Task<Page<Account>> List(int limit, string? cursor, CancellationToken cancellationToken);

    Task<bool> HasOwner(CancellationToken cancellationToken);

    void Save(User user);

    Task<Domain.Identity.Identity?> FindIdentity(string provider, string subject, CancellationToken cancellationToken);

    /// <summary>How a provider knows a user; null when it does not.</summary>
    Task<string?> FindSubject(UserId user, string provider, CancellationToken cancellationToken);

    /// <summary>All the ways in which a user is known.</summary>
    Task<IReadOnlyList<Domain.Identity.Identity>> ListIdentities(UserId user, CancellationToken cancellationToken);

    /// <summary>A taken (provider, subject) fails the commit with <see cref="DuplicateException"/> (<c>identity</c>).</summary>
    void AddIdentity(Domain.Identity.Identity identity);

    /// <summary>Another secret for an identity that there is.</summary>
    void SetSecret(string provider, string subject, string secretHash);
}
