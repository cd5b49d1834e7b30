namespace MeatLizard.Application.Identity;

/// <summary>Who may make an account.</summary>
public enum SignUpPolicy
{
    Closed,
    Invite,
    Open,
}
