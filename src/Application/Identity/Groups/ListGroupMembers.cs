using MeatLizard.Domain.Identity;
using MediatR;

namespace MeatLizard.Application.Identity.Groups;

/// <summary>Who is in a group, by name.</summary>
public sealed record ListGroupMembers(GroupId Id) : IRequest<Outcome<Page<Account>>>, IForAdmins;

internal sealed class ListGroupMembersHandler(IGroupStore groups) : IRequestHandler<ListGroupMembers, Outcome<Page<Account>>>
{
    public async Task<Outcome<Page<Account>>> Handle(ListGroupMembers request, CancellationToken cancellationToken) =>
        await groups.Find(request.Id, cancellationToken) is null
            ? Refusal.NotFound
            : new Page<Account>(await groups.Members(request.Id, cancellationToken), NextCursor: null);
}
