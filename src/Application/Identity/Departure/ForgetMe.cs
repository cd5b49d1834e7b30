using FluentValidation;
using MediatR;

namespace MeatLizard.Application.Identity.Departure;

/// <summary>Takes the caller's account and all that they have written away, for good.</summary>
public sealed record ForgetMe(string Password) : IRequest<Outcome<Unit>>, IAudited
{
    public string? AuditTarget => null;
}

internal sealed class ForgetMeValidator : AbstractValidator<ForgetMe>
{
    public ForgetMeValidator() => RuleFor(forget => forget.Password).NotEmpty().MaximumLength(256);
}

internal sealed class ForgetMeHandler(IUserStore users, IPasswordHasher passwords, Departing departing, CurrentActor current)
    : IRequestHandler<ForgetMe, Outcome<Unit>>
{
    public async Task<Outcome<Unit>> Handle(ForgetMe request, CancellationToken cancellationToken)
    {
        var id = current.Required.UserId;
        if (await users.FindSubject(id, Domain.Identity.Identity.Password, cancellationToken) is not { } email)
        {
            return new Refusal(RefusalKind.Conflict, "no_password", "You sign in without a password. Ask an admin to forget you.");
        }

        var identity = await users.FindIdentity(Domain.Identity.Identity.Password, email, cancellationToken);
        if (!passwords.Verify(identity?.SecretHash, request.Password))
        {
            return Refusal.Invalid("password", "wrong_password", "This is not your password.");
        }

        if (await users.Find(id, cancellationToken) is not { } user)
        {
            return Refusal.NotFound;
        }

        await departing.Forget(user, cancellationToken);
        return Unit.Value;
    }
}
