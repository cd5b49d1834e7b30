namespace MeatLizard.Infrastructure.Discord;

/// <summary>With Discord's numbers.</summary>
public enum DiscordOptionKind
{
    SubCommand = 1,
    SubCommandGroup = 2,
    Text = 3,
    WholeNumber = 4,
    Boolean = 5,
    User = 6,
    Channel = 7,
    Role = 8,
    Number = 10,
    Attachment = 11,
}
