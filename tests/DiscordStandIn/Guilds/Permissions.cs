namespace MeatLizard.DiscordStandIn.Guilds;

/// <summary>Discord's permission bits, those that the stand-in checks or shows.</summary>
[Flags]
public enum Permissions : ulong
{
    None = 0,
    KickMembers = 1UL << 1,
    Administrator = 1UL << 3,
    ManageChannels = 1UL << 4,
    ManageGuild = 1UL << 5,
    AddReactions = 1UL << 6,
    ViewChannel = 1UL << 10,
    SendMessages = 1UL << 11,
    ManageMessages = 1UL << 13,
    EmbedLinks = 1UL << 14,
    AttachFiles = 1UL << 15,
    ReadMessageHistory = 1UL << 16,
    MentionEveryone = 1UL << 17,
    ChangeNickname = 1UL << 26,
    ManageNicknames = 1UL << 27,
    ManageRoles = 1UL << 28,
    UseApplicationCommands = 1UL << 31,
    All = (1UL << 51) - 1,
}
