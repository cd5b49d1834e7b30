using FluentValidation;
using MeatLizard.Domain.Identity;
using MediatR;
using Microsoft.Extensions.Options;

namespace MeatLizard.Application.Identity;

/// <summary>Makes an account, where the installation lets people do so.</summary>
public sealed record RegisterUser(string Email, string Password, string? Name) : IRequest<Outcome<SignedIn>>, IForAnybody;

internal sealed class RegisterUserValidator : AbstractValidator<RegisterUser>
{
    public RegisterUserValidator()
    {
        RuleFor(registration => registration.Email).MustBeAnEmail();
        RuleFor(registration => registration.Password).MustBeAPassword();
        RuleFor(registration => registration.Name).MustBeAName();
    }
}

internal sealed class RegisterUserHandler(Accounts accounts, IUnitOfWork work, IOptions<IdentityOptions> options)
    : IRequestHandler<RegisterUser, Outcome<SignedIn>>
{
    public async Task<Outcome<SignedIn>> Handle(RegisterUser request, CancellationToken cancellationToken)
    {
        if (options.Value.SignUp != SignUpPolicy.Open)
        {
            return new Refusal(
                RefusalKind.Forbidden, "signup_closed", "This installation takes no registrations. Ask its owner for an account.");
        }

        var signedIn = accounts.SignIn(accounts.Join(request.Email, request.Password, request.Name, Role.Member), request.Email);
        try
        {
            await work.Commit(CommitDurability.Synced, cancellationToken);
        }
        catch (DuplicateException taken) when (taken.Constraint == "identity")
        {
            return new Refusal(RefusalKind.Conflict, "email_taken", "There is an account with this e-mail address.");
        }

        return signedIn;
    }
}
