using MediatR;

namespace MeatLizard.Application.Identity;

/// <summary>A one-time token with which somebody becomes the owner; null when there is an owner.</summary>
public sealed record OfferSetupLink : IRequest<Outcome<string?>>, IForTheHost;

internal sealed class OfferSetupLinkHandler(IUserStore users, ISignInStore signIns, IUnitOfWork work, TimeProvider time)
    : IRequestHandler<OfferSetupLink, Outcome<string?>>
{
    private static readonly TimeSpan ValidFor = TimeSpan.FromHours(24);

    public async Task<Outcome<string?>> Handle(OfferSetupLink request, CancellationToken cancellationToken)
    {
        if (await users.HasOwner(cancellationToken))
        {
            return (string?)null;
        }

        var token = SecretToken.New();
        signIns.SetSetupLink(SecretToken.Hash(token), time.GetUtcNow() + ValidFor);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        return token;
    }
}
