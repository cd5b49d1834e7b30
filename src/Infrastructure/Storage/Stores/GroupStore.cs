using MeatLizard.Application.Identity;
using MeatLizard.Application.Identity.Groups;
using MeatLizard.Domain.Identity;

namespace MeatLizard.Infrastructure.Storage.Stores;

internal sealed class GroupStore(DbSession session) : IGroupStore
{
    public async Task<UserGroup?> Find(GroupId id, CancellationToken cancellationToken)
    {
        var row = await session.ReadFirst<Row>(
            "SELECT id, version, name, created_at FROM user_group WHERE id = @id", [("@id", id.Value)], cancellationToken);
        return row is null ? null : new UserGroup(row.State(), row.Version);
    }

    public async Task<IReadOnlyList<GroupOverview>> List(CancellationToken cancellationToken)
    {
        var rows = await session.Read<CountedRow>(
            """
            SELECT id, version, name, created_at, (SELECT count(*) FROM group_member WHERE group_id = user_group.id) AS members
            FROM user_group ORDER BY name, id
            """,
            [],
            cancellationToken);
        return [.. rows.Select(row => new GroupOverview(row.State(), (int)row.Members))];
    }

    public void Save(UserGroup group) => session.Save(group, () => Write(group));

    public void Remove(GroupId id)
    {
        session.Write(new("group_member", "DELETE FROM group_member WHERE group_id = @id", ("@id", id.Value)));
        session.Write(new("user_group", "DELETE FROM user_group WHERE id = @id", ("@id", id.Value)));
    }

    public async Task<IReadOnlyList<Account>> Members(GroupId group, CancellationToken cancellationToken)
    {
        var rows = await session.Read<MemberRow>(
            $"""
            SELECT app_user.id, name, role, status, created_at,
                (SELECT MIN(subject) FROM identity WHERE user_id = app_user.id AND provider = '{Domain.Identity.Identity.Password}') AS email
            FROM app_user JOIN group_member ON group_member.user_id = app_user.id
            WHERE group_id = @group ORDER BY name, app_user.id
            """,
            [("@group", group.Value)],
            cancellationToken);
        return [.. rows.Select(row => row.Account())];
    }

    public async Task<IReadOnlyList<GroupId>> GroupsOf(UserId user, CancellationToken cancellationToken)
    {
        var ids = await session.Read<Guid>(
            "SELECT group_id FROM group_member WHERE user_id = @user ORDER BY group_id", [("@user", user.Value)], cancellationToken);
        return [.. ids.Select(id => new GroupId(id))];
    }

    public void Join(GroupId group, UserId user) => session.Write(new(
        "group_member",
        "INSERT INTO group_member (group_id, user_id) VALUES (@group, @user) ON CONFLICT (group_id, user_id) DO NOTHING",
        ("@group", group.Value),
        ("@user", user.Value)));

    public void Leave(GroupId group, UserId user) => session.Write(new(
        "group_member",
        "DELETE FROM group_member WHERE group_id = @group AND user_id = @user",
        ("@group", group.Value),
        ("@user", user.Value)));

    private static Statement Write(UserGroup group)
    {
        var isNew = group.StoredVersion == 0;
        return new(
            "user_group",
            isNew
                ? "INSERT INTO user_group (id, version, name, created_at) VALUES (@id, @version, @name, @created)"
                : "UPDATE user_group SET version = @version, name = @name WHERE id = @id AND version = @stored",
            [
                ("@id", group.State.Id.Value),
                ("@version", group.Version),
                ("@name", group.State.Name),
                .. isNew ? [("@created", group.State.CreatedAt)] : Statement.Stored(group.StoredVersion),
            ])
        { Expects = 1 };
    }

    private record Row
    {
        public required Guid Id { get; init; }

        public required long Version { get; init; }

        public required string Name { get; init; }

        public required DateTimeOffset CreatedAt { get; init; }

        public UserGroupState State() => new() { Id = new(Id), Name = Name, CreatedAt = CreatedAt };
    }

    private sealed record CountedRow : Row
    {
        public required long Members { get; init; }
    }

    private sealed record MemberRow
    {
        public required Guid Id { get; init; }

        public required string Name { get; init; }

        public required Role Role { get; init; }

        public required UserStatus Status { get; init; }

        public required DateTimeOffset CreatedAt { get; init; }

        public required string? Email { get; init; }

        public Account Account() =>
            new(new UserState { Id = new(Id), Name = Name, Role = Role, Status = Status, CreatedAt = CreatedAt }, Email);
    }
}
