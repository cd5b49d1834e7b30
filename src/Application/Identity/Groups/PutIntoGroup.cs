using MeatLizard.Domain.Identity;
using MediatR;

namespace MeatLizard.Application.Identity.Groups;

/// <summary>Puts somebody into a group; it holds from their next call on. Doing it again changes nothing.</summary>
public sealed record PutIntoGroup(GroupId Id, UserId User) : IRequest<Outcome<Unit>>, IForAdmins, IAudited
{
    public string? AuditTarget => $"{Id} {User}";
}

internal sealed class PutIntoGroupHandler(IGroupStore groups, IUserStore users, IUnitOfWork work, Credentials credentials)
    : IRequestHandler<PutIntoGroup, Outcome<Unit>>
{
    public async Task<Outcome<Unit>> Handle(PutIntoGroup request, CancellationToken cancellationToken)
    {
        if (await groups.Find(request.Id, cancellationToken) is null || await users.Find(request.User, cancellationToken) is null)
        {
            return Refusal.NotFound;
        }

        groups.Join(request.Id, request.User);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        credentials.ForgetUser(request.User);
        return Unit.Value;
    }
}
