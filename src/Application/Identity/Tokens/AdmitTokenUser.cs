using FluentValidation;
using MeatLizard.Domain.Identity;
using MediatR;
using Microsoft.Extensions.Options;

namespace MeatLizard.Application.Identity.Tokens;

/// <summary>An account for somebody whom the issuer names for the first time, where that is wanted; whether there is one now.</summary>
public sealed record AdmitTokenUser(TokenClaims Claims) : IRequest<Outcome<bool>>, IForTheHost;

internal sealed class AdmitTokenUserValidator : AbstractValidator<AdmitTokenUser>
{
    public AdmitTokenUserValidator() => RuleFor(admit => admit.Claims.Subject).NotEmpty().MaximumLength(200).MustBeText();
}

internal sealed class AdmitTokenUserHandler(
    IUserStore users, IUnitOfWork work, IIdSource ids, TimeProvider time, IOptions<TokenOptions> options)
    : IRequestHandler<AdmitTokenUser, Outcome<bool>>
{
    public async Task<Outcome<bool>> Handle(AdmitTokenUser request, CancellationToken cancellationToken)
    {
        var claims = request.Claims;
        if (await users.FindIdentity(claims.Issuer, claims.Subject, cancellationToken) is not null)
        {
            return true;
        }

        if (options.Value.NewUsers == NewUsers.None)
        {
            return false;
        }

        // Of two first calls at once one makes the account; the other's commit fails on the identity's key, and it finds the account.
        var user = User.Join(
            new(ids.NewId()), claims.Name ?? claims.Subject, options.Value.NewUsers == NewUsers.Guest ? Role.Guest : Role.Member, time.GetUtcNow());
        users.Save(user);
        users.AddIdentity(new(claims.Issuer, claims.Subject, user.State.Id, SecretHash: null));
        await work.Commit(CommitDurability.Synced, cancellationToken);
        return true;
    }
}
