using FluentValidation;
using MediatR;

namespace MeatLizard.Application.Identity.People;

/// <summary>Sets the caller's own password and ends their other sign-ins. Keys stay.</summary>
/// <param name="SignIn">The hash of the sign-in that stays; null when the caller has a key.</param>
public sealed record ChangePassword(string Current, string Password, string? SignIn) : IRequest<Outcome<Unit>>, IAudited
{
    public string? AuditTarget => null;
}

internal sealed class ChangePasswordValidator : AbstractValidator<ChangePassword>
{
    public ChangePasswordValidator()
    {
        RuleFor(change => change.Current).NotEmpty().MaximumLength(256);
        RuleFor(change => change.Password).MustBeAPassword();
    }
}

internal sealed class ChangePasswordHandler(
    IUserStore users, Accounts accounts, IPasswordHasher passwords, IUnitOfWork work, CurrentActor current, Credentials credentials)
    : IRequestHandler<ChangePassword, Outcome<Unit>>
{
    public async Task<Outcome<Unit>> Handle(ChangePassword request, CancellationToken cancellationToken)
    {
        var user = current.Required.UserId;
        if (await users.FindSubject(user, Domain.Identity.Identity.Password, cancellationToken) is not { } email)
        {
            return new Refusal(RefusalKind.Conflict, "no_password", "You sign in without a password.");
        }

        var identity = await users.FindIdentity(Domain.Identity.Identity.Password, email, cancellationToken);
        if (!passwords.Verify(identity?.SecretHash, request.Current))
        {
            return Refusal.Invalid("current", "wrong_password", "This is not your password.");
        }

        accounts.ChangePassword(user, email, request.Password, except: request.SignIn);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        credentials.ForgetUser(user);
        return Unit.Value;
    }
}
