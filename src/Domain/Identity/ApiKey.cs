namespace MeatLizard.Domain.Identity;

/// <summary>A long-lived secret with which a program acts for its user.</summary>
public sealed class ApiKey(ApiKeyState state, long storedVersion) : AggregateRoot<ApiKeyState>(state, storedVersion)
{
    public static ApiKey Issue(ApiKeyState first)
    {
        var key = new ApiKey(first, storedVersion: 0);
        key.Apply(first, new ApiKeyIssued(first.Id, first.UserId));
        return key;
    }

    public bool IsValidAt(DateTimeOffset now) => State.RevokedAt is null && (State.ExpiresAt is not { } end || now < end);

    public void Revoke(DateTimeOffset now)
    {
        if (State.RevokedAt is not null)
        {
            throw new DomainException("key_revoked", "The key is revoked already.");
        }

        Apply(State with { RevokedAt = now }, new ApiKeyRevoked(State.Id));
    }
}
