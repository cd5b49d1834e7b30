namespace MeatLizard.Domain.Identity;

/// <summary>A person. How they prove who they are stands in their identities.</summary>
public sealed class User(UserState state, long storedVersion) : AggregateRoot<UserState>(state, storedVersion)
{
    public static User Join(UserId id, string name, Role role, DateTimeOffset now)
    {
        var user = new User(
            new UserState { Id = id, Name = name, Role = role, Status = UserStatus.Active, CreatedAt = now },
            storedVersion: 0);
        user.Apply(user.State, new UserJoined(id, role));
        return user;
    }

    /// <summary>Makes somebody a guest, a member or an admin.</summary>
    /// <exception cref="DomainException">The installation has one owner, who stays it (<c>owner_stays</c>).</exception>
    public void ChangeRole(Role role)
    {
        RequireHere();
        if (State.Role == Role.Owner || role == Role.Owner)
        {
            throw new DomainException("owner_stays", "There is one owner, whose role nobody gets and nobody takes away.");
        }

        if (State.Role != role)
        {
            Apply(State with { Role = role }, new UserRoleChanged(State.Id, role));
        }
    }

    public void Suspend()
    {
        RequireHere();
        if (State.Role == Role.Owner)
        {
            throw new DomainException("owner_stays", "The owner cannot be suspended.");
        }

        if (State.Status == UserStatus.Suspended)
        {
            throw new DomainException("user_suspended", "The user is suspended already.");
        }

        Apply(State with { Status = UserStatus.Suspended }, new UserSuspended(State.Id));
    }

    public void Reinstate()
    {
        RequireHere();
        if (State.Status == UserStatus.Active)
        {
            throw new DomainException("user_active", "The user is active already.");
        }

        Apply(State with { Status = UserStatus.Active }, new UserReinstated(State.Id));
    }

    /// <summary>Takes the person out of the record; the id stays, for rows that must.</summary>
    /// <exception cref="DomainException">The owner is the last who can look after this installation (<c>owner_stays</c>).</exception>
    public void Leave()
    {
        RequireHere();
        if (State.Role == Role.Owner)
        {
            throw new DomainException("owner_stays", "The owner cannot be forgotten: nobody would be left to look after this installation.");
        }

        Apply(State with { Name = string.Empty, Role = Role.Guest, Status = UserStatus.Leaving }, new UserLeft(State.Id));
    }

    /// <summary>Nothing of the person is left anywhere.</summary>
    public void Forget()
    {
        if (State.Status != UserStatus.Leaving)
        {
            throw new DomainException("user_not_leaving", "Only somebody who has left can be forgotten.");
        }

        Apply(State with { Status = UserStatus.Forgotten }, new UserForgotten(State.Id));
    }

    private void RequireHere()
    {
        if (State.Status is UserStatus.Leaving or UserStatus.Forgotten)
        {
            throw new DomainException("user_forgotten", "This person has been forgotten.");
        }
    }
}
