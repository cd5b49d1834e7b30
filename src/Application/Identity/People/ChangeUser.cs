using FluentValidation;
using MeatLizard.Domain.Identity;
using MediatR;

namespace MeatLizard.Application.Identity.People;

/// <summary>Gives somebody another role, suspends them or lets them in again. What is null stays. It holds from their next call on.</summary>
/// <param name="Role">Guest, member or, by the owner only, admin.</param>
public sealed record ChangeUser(UserId Id, Role? Role, UserStatus? Status) : IRequest<Outcome<Account>>, IForAdmins, IAudited
{
    public string? AuditTarget => string.Join(' ', new[] { $"{Id}", Role?.ToString(), Status?.ToString() }.OfType<string>());
}

internal sealed class ChangeUserValidator : AbstractValidator<ChangeUser>
{
    public ChangeUserValidator()
    {
        RuleFor(change => change.Role).Must(role => role is null or Role.Guest or Role.Member or Role.Admin)
            .WithMessage("A role is guest, member or admin; the owner stays the owner.");
        RuleFor(change => change.Status).Must(status => status is null or UserStatus.Active or UserStatus.Suspended)
            .WithMessage("A status is active or suspended.");
    }
}

internal sealed class ChangeUserHandler(IUserStore users, IUnitOfWork work, CurrentActor current, Credentials credentials)
    : IRequestHandler<ChangeUser, Outcome<Account>>
{
    public async Task<Outcome<Account>> Handle(ChangeUser request, CancellationToken cancellationToken)
    {
        if (await users.Find(request.Id, cancellationToken) is not { } user)
        {
            return Refusal.NotFound;
        }

        var actor = current.Required;
        if (user.State.Id == actor.UserId)
        {
            return new Refusal(RefusalKind.Conflict, "not_yourself", "You cannot change your own role or suspend yourself.");
        }

        if (actor.Role <= user.State.Role || actor.Role <= request.Role)
        {
            return new Refusal(RefusalKind.Forbidden, "forbidden", "Only the owner makes and changes admins, and nobody changes the owner.");
        }

        if (request.Role is { } role)
        {
            user.ChangeRole(role);
        }

        if (request.Status is { } status && status != user.State.Status)
        {
            if (status == UserStatus.Suspended)
            {
                user.Suspend();
            }
            else
            {
                user.Reinstate();
            }
        }

        users.Save(user);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        credentials.ForgetUser(user.State.Id);
        return new Account(user.State, await users.FindSubject(user.State.Id, Domain.Identity.Identity.Password, cancellationToken));
    }
}
