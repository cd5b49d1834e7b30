using FluentValidation;
using MeatLizard.Application.Identity.People;
using MeatLizard.Domain.Identity;
using MediatR;
using Microsoft.Extensions.Options;

namespace MeatLizard.Application.Identity;

/// <summary>Makes an account, where the installation lets people do so, or with an invitation.</summary>
/// <param name="Invitation">The token of an invitation's link, if there is one.</param>
public sealed record RegisterUser(string Email, string Password, string? Name, string? Invitation = null)
    : IRequest<Outcome<SignedIn>>, IForAnybody
{
    /// <summary>What is signed in with, e.g. a browser's name.</summary>
    public string? Client { get; init; }
}

internal sealed class RegisterUserValidator : AbstractValidator<RegisterUser>
{
    public RegisterUserValidator()
    {
        RuleFor(registration => registration.Email).MustBeAnEmail();
        RuleFor(registration => registration.Password).MustBeAPassword();
        RuleFor(registration => registration.Name).MustBeAName();
        RuleFor(registration => registration.Invitation).MaximumLength(256);
    }
}

internal sealed class RegisterUserHandler(
    Accounts accounts, IInvitationStore invitations, IUnitOfWork work, TimeProvider time, IOptions<IdentityOptions> options)
    : IRequestHandler<RegisterUser, Outcome<SignedIn>>
{
    private static readonly Refusal Closed = new(
        RefusalKind.Forbidden, "signup_closed", "This installation takes no registrations. Ask its owner for an account.");

    private static readonly Refusal InviteOnly = new(
        RefusalKind.Forbidden, "invitation_needed", "Accounts are made with an invitation here. Ask an admin for one.");

    private static readonly Refusal Invalid = new(
        RefusalKind.Forbidden, "invitation_invalid", "This invitation was used, taken back or has expired. Ask for another.");

    public async Task<Outcome<SignedIn>> Handle(RegisterUser request, CancellationToken cancellationToken)
    {
        var policy = options.Value.SignUp;
        if (policy == SignUpPolicy.Closed)
        {
            return Closed;
        }

        if (request.Invitation is null && policy == SignUpPolicy.Invite)
        {
            return InviteOnly;
        }

        var now = time.GetUtcNow();
        var invitation = request.Invitation is { } token ? await invitations.FindByHash(SecretToken.Hash(token), cancellationToken) : null;
        if (request.Invitation is not null && invitation?.IsOpenAt(now) != true)
        {
            return Invalid;
        }

        var user = accounts.Join(request.Email, request.Password, request.Name, invitation?.State.Role ?? Role.Member);
        if (invitation is not null)
        {
            // Of two who use it at once one commits; the other runs again and finds it used.
            invitation.Use(user.Id, now);
            invitations.Save(invitation);
        }

        var signedIn = accounts.SignIn("register_user", user, request.Email, request.Client);
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
