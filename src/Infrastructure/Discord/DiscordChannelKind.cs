namespace MeatLizard.Infrastructure.Discord;

/// <summary>With Discord's numbers; others are kept as they come.</summary>
public enum DiscordChannelKind
{
    Text = 0,
    Direct = 1,
    Voice = 2,
    Category = 4,
    Announcement = 5,
    AnnouncementThread = 10,
    PublicThread = 11,
    PrivateThread = 12,
    Stage = 13,
    Forum = 15,
}
