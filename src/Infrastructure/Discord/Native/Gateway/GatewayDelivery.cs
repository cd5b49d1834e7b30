namespace MeatLizard.Infrastructure.Discord.Native.Gateway;

/// <param name="Event">Null when nobody here listens to such events.</param>
/// <param name="Session">Whose event it is.</param>
internal sealed record GatewayDelivery(DiscordEvent? Event, string Session, long Sequence);
