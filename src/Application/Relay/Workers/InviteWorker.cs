using FluentValidation;
using MeatLizard.Domain;
using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Relay.Workers;

/// <summary>Gives out a one-time code with which a machine becomes a worker of this name. A code that is still open is replaced.</summary>
/// <param name="Name">1 to 40 lower-case letters, digits and hyphens.</param>
public sealed record InviteWorker(string Name) : IRequest<Outcome<InvitedWorker>>, IForAdmins, IAudited
{
    public string? AuditTarget => Name;
}

internal sealed class InviteWorkerValidator : AbstractValidator<InviteWorker>
{
    public InviteWorkerValidator() => RuleFor(invite => invite.Name).MustBeAWorkersName();
}

internal sealed class InviteWorkerHandler(IWorkerEnrolmentStore enrolments, IUnitOfWork work, CurrentActor current, TimeProvider time)
    : IRequestHandler<InviteWorker, Outcome<InvitedWorker>>
{
    private static readonly TimeSpan ValidFor = TimeSpan.FromMinutes(15);

    public async Task<Outcome<InvitedWorker>> Handle(InviteWorker command, CancellationToken cancellationToken)
    {
        var id = new WorkerId(command.Name);
        var now = time.GetUtcNow();
        var code = EnrolmentCode.New();
        var invitation = new WorkerInvitation(EnrolmentCode.Hash(code), now + ValidFor, current.Required.UserId, now);
        if (await enrolments.Find(id, cancellationToken) is { } known)
        {
            try
            {
                known.InviteAgain(invitation);
            }
            catch (DomainException refused)
            {
                return new Refusal(RefusalKind.Conflict, refused.Code, refused.Message);
            }

            enrolments.Save(known);
        }
        else
        {
            enrolments.Save(WorkerEnrolment.Invite(id, invitation));
        }

        await work.Commit(CommitDurability.Synced, cancellationToken);
        return new InvitedWorker(id, code, invitation.ExpiresAt);
    }
}
