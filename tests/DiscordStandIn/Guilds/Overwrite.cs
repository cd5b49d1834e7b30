namespace MeatLizard.DiscordStandIn.Guilds;

/// <summary>What a channel allows or denies a role or a member, against what they may elsewhere.</summary>
public sealed record Overwrite(ulong Id, bool IsMember, Permissions Allow, Permissions Deny);
