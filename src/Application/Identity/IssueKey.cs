using FluentValidation;
using MeatLizard.Domain.Identity;
using MediatR;

namespace MeatLizard.Application.Identity;

public sealed record IssueKey(string Name, IReadOnlyList<string> Scopes, DateTimeOffset? ExpiresAt, IdempotencyKey? Key)
    : IRequest<Outcome<IssuedKey>>, IAudited
{
    public string? AuditTarget => Name;
}

internal sealed class IssueKeyValidator : AbstractValidator<IssueKey>
{
    public IssueKeyValidator(TimeProvider time)
    {
        RuleFor(issue => issue.Name)
            .Must(name => name.Trim().Length is >= 1 and <= 100 && !name.Any(char.IsControl))
            .WithMessage("A key's name has 1 to 100 characters.")
            .MustBeText();
        RuleFor(issue => issue.Scopes)
            .Must(scopes => scopes.All(KeyScopes.All.Contains))
            .WithMessage($"A scope is one of {string.Join(", ", KeyScopes.All)}.");
        RuleFor(issue => issue.ExpiresAt).Must(end => end is null || end > time.GetUtcNow()).WithMessage("The expiry lies in the past.");
    }
}

internal sealed class IssueKeyHandler(
    IApiKeyStore keys, Idempotent idempotent, IUnitOfWork work, CurrentActor current, IIdSource ids, TimeProvider time)
    : IRequestHandler<IssueKey, Outcome<IssuedKey>>
{
    private const int MaxKeys = 100;
    private const int PrefixLength = 9;

    public async Task<Outcome<IssuedKey>> Handle(IssueKey request, CancellationToken cancellationToken)
    {
        var actor = current.Required;
        if (actor.Scopes.Count > 0 && (request.Scopes.Count == 0 || request.Scopes.Except(actor.Scopes).Any()))
        {
            return new Refusal(RefusalKind.Forbidden, "scope_exceeded", "A key cannot make a key that may do more than itself.");
        }

        if (actor.Role < Role.Admin && request.Scopes.Contains(KeyScopes.Admin))
        {
            return new Refusal(RefusalKind.Forbidden, "scope_exceeded", "Only an admin can make a key for what admins may do.");
        }

        if (actor.KeyExpiresAt is { } end && (request.ExpiresAt is not { } wanted || wanted > end))
        {
            return new Refusal(RefusalKind.Forbidden, "scope_exceeded", "A key that expires cannot make one that lives longer.");
        }

        var (made, refusal) = await idempotent.Recall(request.Key, cancellationToken);
        if (refusal is not null)
        {
            return refusal;
        }

        if (made is not null)
        {
            return await keys.Find(new(Guid.Parse(made)), cancellationToken) is { } key
                ? new IssuedKey(key.State, Secret: null)
                : Refusal.NotFound;
        }

        var now = time.GetUtcNow();
        var mine = await keys.List(actor.UserId, cancellationToken);
        if (mine.Count(key => key.RevokedAt is null && (key.ExpiresAt is null || key.ExpiresAt > now)) >= MaxKeys)
        {
            return new Refusal(
                RefusalKind.Conflict, "too_many_keys", $"There are {MaxKeys} keys already. Revoke one that is not used any more.");
        }

        var secret = SecretToken.NewKey();
        var issued = ApiKey.Issue(new()
        {
            Id = new(ids.NewId()),
            UserId = actor.UserId,
            Name = request.Name.Trim(),
            Prefix = secret[..PrefixLength],
            Hash = SecretToken.Hash(secret),
            Scopes = [.. request.Scopes.Distinct()],
            CreatedAt = now,
            ExpiresAt = request.ExpiresAt?.ToUniversalTime(),
        });
        keys.Save(issued);
        idempotent.Remember(request.Key, issued.State.Id.ToString());
        await work.Commit(CommitDurability.Synced, cancellationToken);
        return new IssuedKey(issued.State, secret);
    }
}
