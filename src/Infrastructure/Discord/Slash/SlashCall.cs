using MeatLizard.Application;

namespace MeatLizard.Infrastructure.Discord.Slash;

/// <summary>A command that somebody may call, and has called.</summary>
/// <param name="Actor">With an admins' command: on whose behalf its use cases run. Null with everybody's.</param>
public sealed record SlashCall(DiscordInteraction Interaction, Actor? Actor);
