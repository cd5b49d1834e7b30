using MeatLizard.Domain.Identity;
using MediatR;

namespace MeatLizard.Application.Identity.Departure;

/// <summary>Takes somebody's account and all that they have written away, for good.</summary>
public sealed record ForgetUser(UserId Id) : IRequest<Outcome<Unit>>, IForAdmins, IAudited
{
    public string? AuditTarget => $"{Id}";
}

internal sealed class ForgetUserHandler(IUserStore users, Departing departing, CurrentActor current)
    : IRequestHandler<ForgetUser, Outcome<Unit>>
{
    public async Task<Outcome<Unit>> Handle(ForgetUser request, CancellationToken cancellationToken)
    {
        if (await users.Find(request.Id, cancellationToken) is not { State.Status: UserStatus.Active or UserStatus.Suspended } user)
        {
            return Refusal.NotFound;
        }

        var actor = current.Required;
        if (user.State.Id == actor.UserId)
        {
            return new Refusal(RefusalKind.Conflict, "not_yourself", "To be forgotten yourself, ask for it on your own account, with your password.");
        }

        if (actor.Role <= user.State.Role)
        {
            return new Refusal(RefusalKind.Forbidden, "forbidden", "Only the owner forgets admins, and nobody forgets the owner.");
        }

        await departing.Forget(user, cancellationToken);
        return Unit.Value;
    }
}
