using MeatLizard.DiscordStandIn.Guilds;

namespace MeatLizard.DiscordStandIn.Wire;

/// <summary>A bot that is shown something; only with the intent does it see what others wrote among themselves.</summary>
internal sealed record Viewer(Application Application, bool MaySeeContent)
{
    public bool Sees(Message message) => MaySeeContent
        || message.Author == Application.Bot
        || message.Channel.Guild is null
        || message.Mentions.Contains(Application.Bot)
        || message.Interaction?.Application == Application;
}
