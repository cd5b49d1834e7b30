using FluentValidation;
using MeatLizard.Domain.Identity;
using MediatR;
using Microsoft.Extensions.Options;

namespace MeatLizard.Application.Identity.People;

/// <summary>A link with which one person makes one account.</summary>
/// <param name="Role">Guest, member or, from the owner only, admin.</param>
/// <param name="Note">For whom it is; at most 200 characters.</param>
/// <param name="ValidFor">An hour to 30 days; null for seven days.</param>
public sealed record InviteUser(Role Role, string? Note, TimeSpan? ValidFor) : IRequest<Outcome<InvitedUser>>, IForAdmins, IAudited
{
    public string? AuditTarget => $"{Role}";
}

internal sealed class InviteUserValidator : AbstractValidator<InviteUser>
{
    public InviteUserValidator()
    {
        RuleFor(invite => invite.Role).Must(role => role is Role.Guest or Role.Member or Role.Admin)
            .WithMessage("Somebody is invited as guest, member or admin.");
        RuleFor(invite => invite.Note)
            .Must(note => note is null || (note.Trim().Length is >= 1 and <= 200 && !note.Any(char.IsControl)))
            .WithMessage("A note has 1 to 200 characters.")
            .MustBeText();
        RuleFor(invite => invite.ValidFor)
            .Must(span => span is null || (span >= TimeSpan.FromHours(1) && span <= TimeSpan.FromDays(30)))
            .OverridePropertyName("ValidForHours")
            .WithMessage("An invitation is good for 1 to 720 hours.");
    }
}

internal sealed class InviteUserHandler(
    IInvitationStore invitations,
    IUnitOfWork work,
    CurrentActor current,
    IIdSource ids,
    TimeProvider time,
    IOptions<IdentityOptions> options) : IRequestHandler<InviteUser, Outcome<InvitedUser>>
{
    private static readonly TimeSpan Usual = TimeSpan.FromDays(7);

    public async Task<Outcome<InvitedUser>> Handle(InviteUser request, CancellationToken cancellationToken)
    {
        if (options.Value.SignUp == SignUpPolicy.Closed)
        {
            return new Refusal(
                RefusalKind.Conflict, "signup_closed", "Identity:SignUp is Closed here. Set it to Invite, and start again, to invite people.");
        }

        var actor = current.Required;
        if (request.Role >= actor.Role)
        {
            return new Refusal(RefusalKind.Forbidden, "forbidden", "Only the owner makes admins.");
        }

        var now = time.GetUtcNow();
        var token = SecretToken.New();
        var invitation = Invitation.Issue(new()
        {
            Id = new(ids.NewId()),
            Hash = SecretToken.Hash(token),
            Role = request.Role,
            Note = request.Note?.Trim(),
            InvitedBy = actor.UserId,
            CreatedAt = now,
            ExpiresAt = now + (request.ValidFor ?? Usual),
        });
        invitations.Save(invitation);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        return new InvitedUser(invitation.State, token);
    }
}
