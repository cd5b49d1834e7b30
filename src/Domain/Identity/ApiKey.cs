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

    /// <summary>Until when the secret of this hash opens anything; null: until the key is revoked. A hash that is not the key's has ended long ago.</summary>
    public DateTimeOffset? EndOf(string hash) =>
        hash == State.Hash ? State.ExpiresAt
        : hash != State.PreviousHash || State.PreviousUntil is not { } until ? DateTimeOffset.MinValue
        : State.ExpiresAt < until ? State.ExpiresAt
        : until;

    /// <summary>Whether the secret of this hash opens anything: the key's own, or for a while the one before it.</summary>
    public bool Accepts(string hash, DateTimeOffset now) => State.RevokedAt is null && (EndOf(hash) is not { } end || now < end);

    /// <summary>Another secret, at once. The one it had is good until then; one that was on its way out ends now.</summary>
    /// <param name="overlap">Not before now; now ends the old one at once.</param>
    /// <exception cref="DomainException">The key was revoked (<c>key_revoked</c>) or has expired (<c>key_expired</c>).</exception>
    public void Rotate(string hash, string prefix, DateTimeOffset overlap, DateTimeOffset now)
    {
        RequireKept();
        if (!IsValidAt(now))
        {
            throw new DomainException("key_expired", "The key has expired. Make a new one.");
        }

        Apply(
            State with { Hash = hash, Prefix = prefix, PreviousHash = State.Hash, PreviousUntil = overlap, RotatedAt = now },
            new ApiKeyRotated(State.Id, overlap));
    }

    public void Revoke(DateTimeOffset now)
    {
        RequireKept();
        Apply(State with { RevokedAt = now }, new ApiKeyRevoked(State.Id));
    }

    private void RequireKept()
    {
        if (State.RevokedAt is not null)
        {
            throw new DomainException("key_revoked", "The key is revoked already.");
        }
    }
}
