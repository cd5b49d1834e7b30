using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Domain.Identity;
using MediatR;

namespace MeatLizard.Application.Identity.Groups;

/// <summary>Takes a group away, with the limits that it had. The people stay.</summary>
public sealed record RemoveGroup(GroupId Id) : IRequest<Outcome<Unit>>, IForAdmins, IAudited
{
    public string? AuditTarget => $"{Id}";
}

internal sealed class RemoveGroupHandler(IGroupStore groups, ILimitStore limits, IUnitOfWork work, Credentials credentials)
    : IRequestHandler<RemoveGroup, Outcome<Unit>>
{
    public async Task<Outcome<Unit>> Handle(RemoveGroup request, CancellationToken cancellationToken)
    {
        if (await groups.Find(request.Id, cancellationToken) is null)
        {
            return Refusal.NotFound;
        }

        var members = await groups.Members(request.Id, cancellationToken);
        groups.Remove(request.Id);
        limits.RemoveAll(Limit.Group, $"{request.Id}");
        await work.Commit(CommitDurability.Synced, cancellationToken);
        foreach (var member in members)
        {
            credentials.ForgetUser(member.User.Id);
        }

        return Unit.Value;
    }
}
