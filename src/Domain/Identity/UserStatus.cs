namespace MeatLizard.Domain.Identity;

public enum UserStatus
{
    Active,
    Suspended,

    /// <summary>Forgotten, but for what the files of the database may still hold.</summary>
    Leaving,

    /// <summary>Nothing is left but the id, for rows that must stay.</summary>
    Forgotten,
}
