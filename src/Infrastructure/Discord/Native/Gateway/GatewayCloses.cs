using MeatLizard.Infrastructure.Discord.Native.Rest;

namespace MeatLizard.Infrastructure.Discord.Native.Gateway;

/// <summary>What Discord means by the codes with which it closes.</summary>
internal static class GatewayCloses
{
    public const int BadToken = 4004;

    public static (GatewayNext Next, string Problem) Of(int? code, DiscordIntents asked) => code switch
    {
        null => (GatewayNext.Resume, "The connection to Discord's gateway was lost."),
        BadToken => (GatewayNext.Stop, RestProblems.BadToken),
        4007 => (GatewayNext.Identify, "Discord could not go on where the session had stopped (4007)."),
        4006 or 4009 => (GatewayNext.Identify, $"Discord has ended the session ({code})."),
        4010 => (GatewayNext.Stop, "Discord refused the share of guilds that was asked for (4010). Look for a newer version of MeatLizard."),
        4011 => (GatewayNext.Stop,
            "The bot is in so many guilds that Discord wants its connection divided (4011), which MeatLizard does not do. Take it out of guilds."),
        4012 => (GatewayNext.Stop, "Discord no longer speaks version 10 of its gateway (4012). Look for a newer version of MeatLizard."),
        4013 => (GatewayNext.Stop, $"Discord does not know the intents that were asked for ({(int)asked}, code 4013). Correct the configured intents."),
        4014 => (GatewayNext.Stop,
            $"Discord does not allow the bot {Privileged(asked)} (4014). Switch that on under Bot, Privileged Gateway Intents, in Discord's "
            + "developer portal, or configure the bot without it; then restart."),
        _ => (GatewayNext.Resume, $"Discord closed the connection ({code})."),
    };

    private static string Privileged(DiscordIntents asked) => string.Join(
        " and ",
        new[]
        {
            asked.HasFlag(DiscordIntents.MessageContent) ? "the Message Content Intent" : null,
            asked.HasFlag(DiscordIntents.GuildMembers) ? "the Server Members Intent" : null,
        }.OfType<string>().DefaultIfEmpty("one of the intents that were asked for"));
}
