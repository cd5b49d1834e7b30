using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity.Groups;

public interface IGroupStore
{
    Task<UserGroup?> Find(GroupId id, CancellationToken cancellationToken);

    /// <summary>All there are, by name.</summary>
    Task<IReadOnlyList<GroupOverview>> List(CancellationToken cancellationToken);

    /// <summary>A taken name fails the commit with <see cref="DuplicateException"/> (<c>user_group</c>).</summary>
    void Save(UserGroup group);

    /// <summary>With everybody's being in it.</summary>
    void Remove(GroupId id);

    /// <summary>By name.</summary>
    Task<IReadOnlyList<Account>> Members(GroupId group, CancellationToken cancellationToken);

    Task<IReadOnlyList<GroupId>> GroupsOf(UserId user, CancellationToken cancellationToken);

    /// <summary>Nothing happens when they are in it.</summary>
    void Join(GroupId group, UserId user);

    /// <summary>Nothing happens when they are not in it.</summary>
    void Leave(GroupId group, UserId user);
}
