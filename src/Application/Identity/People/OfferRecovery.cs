using MeatLizard.Domain.Identity;
using MediatR;

namespace MeatLizard.Application.Identity.People;

/// <summary>A one-time token, good for a day, with which somebody who has forgotten their password sets another. It replaces an earlier one.</summary>
public sealed record OfferRecovery(UserId Id) : IRequest<Outcome<Recovery>>, IForAdmins, IAudited
{
    public string? AuditTarget => $"{Id}";
}

internal sealed class OfferRecoveryHandler(IUserStore users, IRecoveryStore recoveries, IUnitOfWork work, CurrentActor current, TimeProvider time)
    : IRequestHandler<OfferRecovery, Outcome<Recovery>>
{
    private static readonly TimeSpan ValidFor = TimeSpan.FromHours(24);

    public async Task<Outcome<Recovery>> Handle(OfferRecovery request, CancellationToken cancellationToken)
    {
        if (await users.Find(request.Id, cancellationToken) is not { } user)
        {
            return Refusal.NotFound;
        }

        // Whoever holds the link can become that person: an admin must not become the owner or another admin by it.
        var actor = current.Required;
        if (user.State.Id != actor.UserId && actor.Role <= user.State.Role)
        {
            return new Refusal(RefusalKind.Forbidden, "forbidden", "Only the owner makes such a link for an admin, and nobody else for the owner.");
        }

        if (await users.FindSubject(request.Id, Domain.Identity.Identity.Password, cancellationToken) is null)
        {
            return new Refusal(RefusalKind.Conflict, "no_password", "This person signs in without a password.");
        }

        var token = SecretToken.New();
        var expiresAt = time.GetUtcNow() + ValidFor;
        recoveries.Offer(new(request.Id, SecretToken.Hash(token), expiresAt));
        await work.Commit(CommitDurability.Synced, cancellationToken);
        return new Recovery(token, expiresAt);
    }
}
