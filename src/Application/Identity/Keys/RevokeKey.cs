using MeatLizard.Domain.Identity;
using MediatR;

namespace MeatLizard.Application.Identity.Keys;

/// <summary>Takes a key back. Doing it again changes nothing.</summary>
public sealed record RevokeKey(ApiKeyId Id) : IRequest<Outcome<Unit>>, IAudited
{
    public string? AuditTarget => $"{Id}";
}

internal sealed class RevokeKeyHandler(
    IApiKeyStore keys, IUnitOfWork work, Credentials credentials, CurrentActor current, TimeProvider time)
    : IRequestHandler<RevokeKey, Outcome<Unit>>
{
    public async Task<Outcome<Unit>> Handle(RevokeKey request, CancellationToken cancellationToken)
    {
        if (await keys.Find(request.Id, cancellationToken) is not { } key || key.State.UserId != current.Required.UserId)
        {
            return Refusal.NotFound;
        }

        if (key.State.RevokedAt is null)
        {
            key.Revoke(time.GetUtcNow());
            keys.Save(key);
            await work.Commit(CommitDurability.Synced, cancellationToken);
        }

        credentials.Forget(key.State.Hash);
        if (key.State.PreviousHash is { } previous)
        {
            credentials.Forget(previous);
        }

        return Unit.Value;
    }
}
