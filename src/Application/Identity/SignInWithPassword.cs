using FluentValidation;
using MeatLizard.Domain.Identity;
using MediatR;

namespace MeatLizard.Application.Identity;

public sealed record SignInWithPassword(string Email, string Password) : IRequest<Outcome<SignedIn>>, IForAnybody
{
    /// <summary>What is signed in with, e.g. a browser's name.</summary>
    public string? Client { get; init; }
}

internal sealed class SignInWithPasswordValidator : AbstractValidator<SignInWithPassword>
{
    public SignInWithPasswordValidator()
    {
        RuleFor(signIn => signIn.Email).NotEmpty().MaximumLength(254).MustBeText();
        RuleFor(signIn => signIn.Password).NotEmpty().MaximumLength(256);
    }
}

internal sealed class SignInWithPasswordHandler(
    IUserStore users, IPasswordHasher passwords, Accounts accounts, FailedSignIns failed, IUnitOfWork work)
    : IRequestHandler<SignInWithPassword, Outcome<SignedIn>>
{
    private static readonly Refusal Wrong = new(
        RefusalKind.Unauthenticated, "wrong_credentials", "The e-mail address or the password is wrong.");

    public async Task<Outcome<SignedIn>> Handle(SignInWithPassword request, CancellationToken cancellationToken)
    {
        var identity = await users.FindIdentity(
            Domain.Identity.Identity.Password, AccountRules.Normalize(request.Email), cancellationToken);

        // An unknown address costs as much as a known one: time must not tell which addresses have accounts.
        if (!passwords.Verify(identity?.SecretHash, request.Password) || identity is null)
        {
            failed.Note(identity?.UserId, Wrong.Code);
            return Wrong;
        }

        if (await users.Find(identity.UserId, cancellationToken) is not { State.Status: UserStatus.Active } user)
        {
            failed.Note(identity.UserId, "account_suspended");
            return Wrong;
        }

        var signedIn = accounts.SignIn(FailedSignIns.Action, user.State, request.Email, request.Client);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        return signedIn;
    }
}
