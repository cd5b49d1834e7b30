using MeatLizard.Domain.Identity;
using MediatR;

namespace MeatLizard.Application.Identity.Groups;

/// <summary>Takes somebody out of a group; it holds from their next call on. Who is not in it is out of it.</summary>
public sealed record TakeOutOfGroup(GroupId Id, UserId User) : IRequest<Outcome<Unit>>, IForAdmins, IAudited
{
    public string? AuditTarget => $"{Id} {User}";
}

internal sealed class TakeOutOfGroupHandler(IGroupStore groups, IUnitOfWork work, Credentials credentials)
    : IRequestHandler<TakeOutOfGroup, Outcome<Unit>>
{
    public async Task<Outcome<Unit>> Handle(TakeOutOfGroup request, CancellationToken cancellationToken)
    {
        if (await groups.Find(request.Id, cancellationToken) is null)
        {
            return Refusal.NotFound;
        }

        groups.Leave(request.Id, request.User);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        credentials.ForgetUser(request.User);
        return Unit.Value;
    }
}
