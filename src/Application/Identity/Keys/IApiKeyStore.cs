using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity.Keys;

public interface IApiKeyStore
{
    Task<ApiKey?> Find(ApiKeyId id, CancellationToken cancellationToken);

    Task<ApiKey?> FindByHash(string hash, CancellationToken cancellationToken);

    /// <summary>Newest first, revoked ones included.</summary>
    Task<IReadOnlyList<ApiKeyState>> List(UserId user, CancellationToken cancellationToken);

    void Save(ApiKey key);

    /// <summary>At once, without a version: only a note.</summary>
    Task Touch(ApiKeyId id, DateTimeOffset usedAt, CancellationToken cancellationToken);
}
