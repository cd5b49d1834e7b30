namespace MeatLizard.Domain.Identity;

public enum UserStatus
{
    Active,
    Suspended,
}
