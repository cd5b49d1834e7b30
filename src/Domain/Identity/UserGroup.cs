namespace MeatLizard.Domain.Identity;

/// <summary>People who are counted together: a limit of theirs is one that they share. Who is in it are rows of their own.</summary>
public sealed class UserGroup(UserGroupState state, long storedVersion) : AggregateRoot<UserGroupState>(state, storedVersion)
{
    public static UserGroup Form(UserGroupState first)
    {
        var group = new UserGroup(first, storedVersion: 0);
        group.Apply(first, new UserGroupFormed(first.Id));
        return group;
    }

    public void Rename(string name)
    {
        if (name != State.Name)
        {
            Apply(State with { Name = name }, new UserGroupRenamed(State.Id));
        }
    }
}
