namespace MeatLizard.Infrastructure.Discord;

/// <summary>What a bot asks of Discord over REST. Whoever needs a part asks for that part.</summary>
public interface IDiscordApi : IDiscordMessages, IDiscordGuilds, IDiscordInteractions
{
    Task<DiscordIdentity> WhoAmI(CancellationToken cancellationToken);
}
