namespace MeatLizard.Application.Identity.Tokens;

/// <summary>What becomes of somebody whom the issuer names and nobody here knows yet.</summary>
public enum NewUsers
{
    /// <summary>They are not let in.</summary>
    None,

    /// <summary>They get an account, as a guest.</summary>
    Guest,

    /// <summary>They get an account, as a member.</summary>
    Member,
}
