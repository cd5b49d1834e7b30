using FluentValidation;
using MeatLizard.Domain.Identity;
using MediatR;

namespace MeatLizard.Application.Identity.Keys;

/// <summary>Makes an API key of the caller's.</summary>
public sealed record IssueKey(string Name, IReadOnlyList<string> Scopes, DateTimeOffset? ExpiresAt, IdempotencyKey? Key)
    : IRequest<Outcome<IssuedKey>>, IAudited
{
    /// <summary>The names of the only models that it may ask; none for all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    public string? AuditTarget => Name;
}

internal sealed class IssueKeyValidator : AbstractValidator<IssueKey>
{
    private const int MostModels = 50;
    private const int LongestModel = 200;

    public IssueKeyValidator(TimeProvider time)
    {
        RuleFor(issue => issue.Name)
            .Must(name => name.Trim().Length is >= 1 and <= 100 && !name.Any(char.IsControl))
            .WithMessage("A key's name has 1 to 100 characters.")
            .MustBeText();
        RuleFor(issue => issue.Scopes)
            .Must(scopes => scopes.All(KeyScopes.All.Contains))
            .WithMessage($"A scope is one of {string.Join(", ", KeyScopes.All)}.");
        RuleFor(issue => issue.Models)
            .Must(models => models.Count <= MostModels && models.All(model => model.Trim().Length is >= 1 and <= LongestModel))
            .WithMessage($"There are at most {MostModels} names of models, of 1 to {LongestModel} characters each.")
            .MustBeText(models => models);
        RuleFor(issue => issue.ExpiresAt).Must(end => end is null || end > time.GetUtcNow()).WithMessage("The expiry lies in the past.");
    }
}

internal sealed class IssueKeyHandler(
    IApiKeyStore keys, Idempotent idempotent, IUnitOfWork work, CurrentActor current, IIdSource ids, TimeProvider time)
    : IRequestHandler<IssueKey, Outcome<IssuedKey>>
{
    private const int MaxKeys = 100;

    public async Task<Outcome<IssuedKey>> Handle(IssueKey request, CancellationToken cancellationToken)
    {
        var actor = current.Required;
        if (KeyReach.Exceeded(actor, request.Scopes, request.Models, request.ExpiresAt) is { } exceeded)
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
            Prefix = SecretToken.PrefixOf(secret),
            Hash = SecretToken.Hash(secret),
            Scopes = [.. request.Scopes.Distinct()],
            Models = [.. request.Models.Select(model => model.Trim()).Distinct(StringComparer.OrdinalIgnoreCase)],
            CreatedAt = now,
            ExpiresAt = request.ExpiresAt?.ToUniversalTime(),
        });
        keys.Save(issued);
        idempotent.Remember(request.Key, issued.State.Id.ToString());
        await work.Commit(CommitDurability.Synced, cancellationToken);
        return new IssuedKey(issued.State, secret);
    }
}
