using FluentValidation;
using MeatLizard.Domain.Identity;
using MediatR;

namespace MeatLizard.Application.Identity.Keys;

/// <summary>Gives a key of the caller's another secret, at once; the one it had is good for a while longer, so that nothing need stop.</summary>
/// <param name="Overlap">How much longer: none to seven days; null for a day.</param>
public sealed record RotateKey(ApiKeyId Id, TimeSpan? Overlap, IdempotencyKey? Key) : IRequest<Outcome<IssuedKey>>, IAudited
{
    public string? AuditTarget => $"{Id}";
}

internal sealed class RotateKeyValidator : AbstractValidator<RotateKey>
{
    public RotateKeyValidator() => RuleFor(rotate => rotate.Overlap)
        .Must(overlap => overlap is null || (overlap >= TimeSpan.Zero && overlap <= TimeSpan.FromDays(7)))
        .OverridePropertyName("OverlapHours")
        .WithMessage("The old secret stays good for 0 to 168 hours.");
}

internal sealed class RotateKeyHandler(
    IApiKeyStore keys, Idempotent idempotent, IUnitOfWork work, Credentials credentials, CurrentActor current, TimeProvider time)
    : IRequestHandler<RotateKey, Outcome<IssuedKey>>
{
    private static readonly TimeSpan Usual = TimeSpan.FromDays(1);

    public async Task<Outcome<IssuedKey>> Handle(RotateKey request, CancellationToken cancellationToken)
    {
        var actor = current.Required;
        if (await keys.Find(request.Id, cancellationToken) is not { } key || key.State.UserId != actor.UserId)
        {
            return Refusal.NotFound;
        }

        if (KeyReach.Exceeded(actor, key.State.Scopes, key.State.Models, key.State.ExpiresAt) is { } exceeded)
        {
            return exceeded;
        }

        var (made, refusal) = await idempotent.Recall(request.Key, cancellationToken);
        if (refusal is not null)
        {
            return refusal;
        }

        if (made is not null)
        {
            return new IssuedKey(key.State, Secret: null);
        }

        var now = time.GetUtcNow();
        var secret = SecretToken.NewKey();
        string?[] before = [key.State.Hash, key.State.PreviousHash];
        key.Rotate(SecretToken.Hash(secret), SecretToken.PrefixOf(secret), now + (request.Overlap ?? Usual), now);
        keys.Save(key);
        idempotent.Remember(request.Key, $"{request.Id}");
        await work.Commit(CommitDurability.Synced, cancellationToken);
        foreach (var hash in before.OfType<string>())
        {
            // Whoever is known by it is looked up again: it has another end now.
            credentials.Forget(hash);
        }

        return new IssuedKey(key.State, secret);
    }
}
