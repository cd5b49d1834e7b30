namespace MeatLizard.Domain.Identity;

/// <summary>What a user may do, each including what stands below it.</summary>
public enum Role
{
    Guest,
    Member,
    Admin,

    /// <summary>The one who runs the installation.</summary>
    Owner,
}
