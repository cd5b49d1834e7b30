using MeatLizard.Domain.Identity;

namespace MeatLizard.Domain.Tests.Identity;

internal sealed class IdentityTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Test]
    public void Every_verb_in_every_state_of_a_user() => new StateTable<User, UserState>
    {
        States = (
            from status in Enum.GetValues<UserStatus>()
            from owner in new[] { false, true }
            select (status, owner)).ToDictionary(
                state => state.owner ? $"{state.status} owner" : $"{state.status}",
                state => (Func<User>)(() => UserAt(state.status, state.owner ? Role.Owner : Role.Admin))),
        Name = user => user.State.Role == Role.Owner ? $"{user.State.Status} owner" : $"{user.State.Status}",
        Births = [nameof(User.Join)],
        Verbs = new Dictionary<string, Action<User>>
        {
            ["ChangeRole"] = user => user.ChangeRole(Role.Member),
            ["ChangeRole (to owner)"] = user => user.ChangeRole(Role.Owner),
            ["Suspend"] = user => user.Suspend(),
            ["Reinstate"] = user => user.Reinstate(),
            ["Leave"] = user => user.Leave(),
            ["Forget"] = user => user.Forget(),
        },
    }.Holds(
        """
                              | Active           | Active owner     | Suspended        | Suspended owner  | Leaving        | Leaving owner   | Forgotten        | Forgotten owner
        ChangeRole            | Active           | owner_stays      | Suspended        | owner_stays      | user_forgotten | user_forgotten  | user_forgotten   | user_forgotten
        ChangeRole (to owner) | owner_stays      | owner_stays      | owner_stays      | owner_stays      | user_forgotten | user_forgotten  | user_forgotten   | user_forgotten
        Suspend               | Suspended        | owner_stays      | user_suspended   | owner_stays      | user_forgotten | user_forgotten  | user_forgotten   | user_forgotten
        Reinstate             | user_active      | user_active      | Active           | Active owner     | user_forgotten | user_forgotten  | user_forgotten   | user_forgotten
        Leave                 | Leaving          | owner_stays      | Leaving          | owner_stays      | user_forgotten | user_forgotten  | user_forgotten   | user_forgotten
        Forget                | user_not_leaving | user_not_leaving | user_not_leaving | user_not_leaving | Forgotten      | Forgotten owner | user_not_leaving | user_not_leaving
        """);

    [Test]
    public void Of_somebody_who_left_the_id_is_all_that_stays()
    {
        var user = UserAt(UserStatus.Active, Role.Admin);
        user.Leave();
        Assert.That((user.State.Name, user.State.Role), Is.EqualTo((string.Empty, Role.Guest)));
    }

    [Test]
    public void Every_verb_in_every_state_of_an_invitation() => new StateTable<Invitation, InvitationState>
    {
        States = new Dictionary<string, Func<Invitation>>
        {
            ["Open"] = () => new(Invited(), 7),
            ["Expired"] = () => new(Invited() with { ExpiresAt = Now }, 7),
            ["Used"] = () => new(Invited() with { UsedAt = Now, UsedBy = new(Guid.NewGuid()) }, 7),
            ["Revoked"] = () => new(Invited() with { RevokedAt = Now }, 7),
        },
        Name = invitation => invitation.State switch
        {
            { RevokedAt: not null } => "Revoked",
            { UsedAt: not null } => "Used",
            _ => invitation.IsOpenAt(Now) ? "Open" : "Expired",
        },
        Births = [nameof(Invitation.Issue)],
        Queries = [nameof(Invitation.IsOpenAt)],
        Verbs = new Dictionary<string, Action<Invitation>>
        {
            ["Use"] = invitation => invitation.Use(new(Guid.NewGuid()), Now),
            ["Revoke"] = invitation => invitation.Revoke(Now),
        },
    }.Holds(
        """
               | Open    | Expired            | Used               | Revoked
        Use    | Used    | invitation_invalid | invitation_invalid | invitation_invalid
        Revoke | Revoked | Revoked            | invitation_used    | invitation_revoked
        """);

    [Test]
    public void Nobody_is_invited_to_be_the_owner() =>
        Assert.That(() => Invitation.Issue(Invited() with { Role = Role.Owner }), Throws.TypeOf<DomainException>().With.Property("Code").EqualTo("owner_stays"));

    [Test]
    public void Another_role_is_told_and_the_same_changes_nothing()
    {
        var user = UserAt(UserStatus.Active, Role.Admin);
        user.ChangeRole(Role.Admin);
        Assert.That(user.Events, Is.Empty);
        user.ChangeRole(Role.Guest);
        Assert.That(user.Events.Single(), Is.EqualTo(new UserRoleChanged(user.State.Id, Role.Guest)));
    }

    [Test]
    public void Every_verb_in_every_state_of_an_API_key() => new StateTable<ApiKey, ApiKeyState>
    {
        States = new Dictionary<string, Func<ApiKey>>
        {
            ["Active"] = () => new(Key(), 7),
            ["Expired"] = () => new(Key() with { ExpiresAt = Now }, 7),
            ["Revoked"] = () => new(Key() with { RevokedAt = Now }, 7),
        },
        Name = key => key.State.RevokedAt is not null ? "Revoked" : key.IsValidAt(Now) ? "Active" : "Expired",
        Births = [nameof(ApiKey.Issue)],
        Queries = [nameof(ApiKey.IsValidAt), nameof(ApiKey.EndOf), nameof(ApiKey.Accepts)],
        Verbs = new Dictionary<string, Action<ApiKey>>
        {
            ["Rotate"] = key => key.Rotate("11", "ml_def", Now.AddHours(1), Now),
            ["Revoke"] = key => key.Revoke(Now),
        },
    }.Holds(
        """
               | Active  | Expired     | Revoked
        Rotate | Active  | key_expired | key_revoked
        Revoke | Revoked | Revoked     | key_revoked
        """);

    [Test]
    public void A_group_gets_another_name_and_the_same_changes_nothing()
    {
        var group = UserGroup.Form(new() { Id = new(Guid.NewGuid()), Name = "Class 4b", CreatedAt = Now });
        Assert.That(group.Events.Single(), Is.EqualTo(new UserGroupFormed(group.State.Id)));
        group.Rename("Class 4b");
        Assert.That(group.Version, Is.EqualTo(1));
        group.Rename("Class 5b");
        Assert.That((group.State.Name, group.Version), Is.EqualTo(("Class 5b", 2L)));
    }

    [Test]
    public void A_rotated_key_accepts_both_secrets_until_the_overlap_ends_and_none_once_it_is_revoked()
    {
        var key = new ApiKey(Key(), 1);
        key.Rotate("11", "ml_def", Now.AddHours(1), Now);
        Assert.That((key.Accepts("11", Now), key.Accepts("00", Now), key.Accepts("22", Now)), Is.EqualTo((true, true, false)));
        Assert.That((key.Accepts("00", Now.AddHours(1).AddTicks(-1)), key.Accepts("00", Now.AddHours(1))), Is.EqualTo((true, false)));
        Assert.That((key.EndOf("11"), key.EndOf("00")), Is.EqualTo(((DateTimeOffset?)null, (DateTimeOffset?)Now.AddHours(1))));
        key.Rotate("22", "ml_ghi", Now.AddHours(2), Now);
        Assert.That((key.Accepts("22", Now), key.Accepts("11", Now), key.Accepts("00", Now)), Is.EqualTo((true, true, false)), "only the last but one");
        key.Revoke(Now);
        Assert.That((key.Accepts("22", Now), key.Accepts("11", Now)), Is.EqualTo((false, false)));
    }

    [Test]
    public void An_overlap_does_not_outlast_the_key()
    {
        var key = new ApiKey(Key() with { ExpiresAt = Now.AddMinutes(5) }, 1);
        key.Rotate("11", "ml_def", Now.AddHours(1), Now);
        Assert.That((key.EndOf("00"), key.EndOf("11")), Is.EqualTo(((DateTimeOffset?)Now.AddMinutes(5), (DateTimeOffset?)Now.AddMinutes(5))));
        Assert.That((key.Accepts("00", Now.AddMinutes(5)), key.Accepts("11", Now.AddMinutes(5))), Is.EqualTo((false, false)));
    }

    [Test]
    public void A_key_is_valid_until_the_moment_it_expires()
    {
        var key = new ApiKey(Key() with { ExpiresAt = Now }, 1);
        Assert.That((key.IsValidAt(Now.AddTicks(-1)), key.IsValidAt(Now)), Is.EqualTo((true, false)));
    }

    [Test]
    public void A_revoked_key_is_never_valid_again()
    {
        var key = ApiKey.Issue(Key() with { ExpiresAt = Now.AddYears(1) });
        key.Revoke(Now);
        Assert.That(key.IsValidAt(Now.AddYears(-1)), Is.False);
    }

    [Test]
    public void Roles_include_what_stands_below_them() =>
        Assert.That(Enum.GetValues<Role>().Order(), Is.EqualTo([Role.Guest, Role.Member, Role.Admin, Role.Owner]));

    [Test]
    public void Those_who_join_and_keys_that_are_issued_are_active_from_the_start()
    {
        var user = User.Join(new(Guid.NewGuid()), "Anna", Role.Member, Now);
        var key = ApiKey.Issue(Key());
        using (Assert.EnterMultipleScope())
        {
            Assert.That((user.State.Status, user.Version, user.StoredVersion), Is.EqualTo((UserStatus.Active, 1L, 0L)));
            Assert.That(user.Events.Single(), Is.EqualTo(new UserJoined(user.State.Id, Role.Member)));
            Assert.That((key.IsValidAt(Now), key.Version, key.StoredVersion), Is.EqualTo((true, 1L, 0L)));
        }
    }

    private static User UserAt(UserStatus status, Role role) => new(
        new UserState { Id = new(Guid.NewGuid()), Name = "Anna", Role = role, Status = status, CreatedAt = Now },
        storedVersion: 7);

    private static InvitationState Invited() => new()
    {
        Id = new(Guid.NewGuid()),
        Hash = "00",
        Role = Role.Member,
        InvitedBy = new(Guid.NewGuid()),
        CreatedAt = Now.AddDays(-1),
        ExpiresAt = Now.AddDays(1),
    };

    private static ApiKeyState Key() => new()
    {
        Id = new(Guid.NewGuid()),
        UserId = new(Guid.NewGuid()),
        Name = "script",
        Prefix = "ml_abc",
        Hash = "00",
        CreatedAt = Now,
    };
}
