using MediatR;

namespace MeatLizard.Application.Identity.Groups;

/// <summary>All groups, by name.</summary>
public sealed record ListGroups : IRequest<Outcome<Page<GroupOverview>>>, IForAdmins;

internal sealed class ListGroupsHandler(IGroupStore groups) : IRequestHandler<ListGroups, Outcome<Page<GroupOverview>>>
{
    public async Task<Outcome<Page<GroupOverview>>> Handle(ListGroups request, CancellationToken cancellationToken) =>
        new Page<GroupOverview>(await groups.List(cancellationToken), NextCursor: null);
}
