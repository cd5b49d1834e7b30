using FluentValidation;
using MeatLizard.Domain.Identity;
using MediatR;

namespace MeatLizard.Application.Identity.People;

/// <summary>Sets another password with the link from an admin, ends all sign-ins, and signs in.</summary>
public sealed record RecoverAccount(string Token, string Password) : IRequest<Outcome<SignedIn>>, IForAnybody
{
    /// <summary>What is signed in with, e.g. a browser's name.</summary>
    public string? Client { get; init; }
}

internal sealed class RecoverAccountValidator : AbstractValidator<RecoverAccount>
{
    public RecoverAccountValidator()
    {
        RuleFor(recovery => recovery.Token).NotEmpty().MaximumLength(256);
        RuleFor(recovery => recovery.Password).MustBeAPassword();
    }
}

internal sealed class RecoverAccountHandler(
    IUserStore users, IRecoveryStore recoveries, Accounts accounts, IUnitOfWork work, Credentials credentials, TimeProvider time)
    : IRequestHandler<RecoverAccount, Outcome<SignedIn>>
{
    private static readonly Refusal Used = new(
        RefusalKind.Forbidden, "recovery_link_invalid", "This link was used, replaced or has expired. Ask an admin for another.");

    public async Task<Outcome<SignedIn>> Handle(RecoverAccount request, CancellationToken cancellationToken)
    {
        if (await recoveries.Find(SecretToken.Hash(request.Token), cancellationToken) is not { } recovery
            || recovery.ExpiresAt <= time.GetUtcNow()
            || await users.Find(recovery.UserId, cancellationToken) is not { State: { Status: UserStatus.Active } user }
            || await users.FindSubject(recovery.UserId, Domain.Identity.Identity.Password, cancellationToken) is not { } email)
        {
            return Used;
        }

        recoveries.Use(recovery.Hash);
        accounts.ChangePassword(user.Id, email, request.Password);
        var signedIn = accounts.SignIn("recover_account", user, email, request.Client);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        credentials.ForgetUser(user.Id);
        return signedIn;
    }
}
