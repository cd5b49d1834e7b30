using FluentValidation;
using MeatLizard.Application.Identity.Tokens;
using MeatLizard.Domain.Identity;
using MediatR;
using Microsoft.Extensions.Options;

namespace MeatLizard.Application.Identity.Oidc;

/// <summary>Signs somebody in whom the issuer has just named to this host; who is new gets an account, where that is wanted.</summary>
public sealed record SignInWithIssuer(TokenClaims Claims) : IRequest<Outcome<SignedIn>>, IForTheHost
{
    /// <summary>What is signed in with, e.g. a browser's name.</summary>
    public string? Client { get; init; }
}

internal sealed class SignInWithIssuerValidator : AbstractValidator<SignInWithIssuer>
{
    public SignInWithIssuerValidator() => RuleFor(signIn => signIn.Claims.Subject).NotEmpty().MaximumLength(200).MustBeText();
}

internal sealed class SignInWithIssuerHandler(
    IUserStore users, Accounts accounts, IUnitOfWork work, IIdSource ids, TimeProvider time, IOptions<OidcOptions> options)
    : IRequestHandler<SignInWithIssuer, Outcome<SignedIn>>
{
    private static readonly Refusal Unknown = new(
        RefusalKind.Forbidden, "unknown_user", "You have no account here, or it is suspended. Ask an admin.");

    public async Task<Outcome<SignedIn>> Handle(SignInWithIssuer request, CancellationToken cancellationToken)
    {
        var claims = request.Claims;
        User? user;
        if (await users.FindIdentity(claims.Issuer, claims.Subject, cancellationToken) is { } identity)
        {
            user = await users.Find(identity.UserId, cancellationToken);
        }
        else if (options.Value.NewUsers == NewUsers.None)
        {
            return Unknown;
        }
        else
        {
            // Of two first sign-ins at once one makes the account; the other's commit fails on the identity's key, and it finds the account.
            user = User.Join(
                new(ids.NewId()), claims.Name ?? claims.Subject, options.Value.NewUsers == NewUsers.Guest ? Role.Guest : Role.Member, time.GetUtcNow());
            users.Save(user);
            users.AddIdentity(new(claims.Issuer, claims.Subject, user.State.Id, SecretHash: null));
        }

        if (user is not { State.Status: UserStatus.Active })
        {
            return Unknown;
        }

        var signedIn = accounts.SignIn("sign_in_with_issuer", user.State, email: null, request.Client);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        return signedIn;
    }
}
