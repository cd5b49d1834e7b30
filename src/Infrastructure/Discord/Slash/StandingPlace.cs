namespace MeatLizard.Infrastructure.Discord.Slash;

/// <summary>Where a standing message belongs.</summary>
/// <param name="Name">Its own name, which is how it is found again.</param>
/// <param name="Channel">The channel; null: the one called <paramref name="ChannelName"/> in the guild, made if there is none.</param>
public sealed record StandingPlace(string Name, Snowflake Guild, string ChannelName, Snowflake? Channel);
