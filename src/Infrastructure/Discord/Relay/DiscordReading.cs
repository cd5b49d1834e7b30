using MeatLizard.Infrastructure.Relay.Link;

namespace MeatLizard.Infrastructure.Discord.Relay;

/// <summary>A worker in Discord is connected as long as it also hears: without the gateway no order comes, whatever was said before.</summary>
internal sealed class DiscordReading(LinkState state, IDiscordGateway gateway) : ILinkReading
{
    public (bool Connected, DateTimeOffset Since, string? Problem) Now
    {
        get
        {
            var (hearing, said) = (gateway.Status, state.Now);
            return hearing.State == DiscordGatewayState.Connected
                ? said
                : (false, said.Connected ? hearing.Since : said.Since, hearing.Problem ?? said.Problem ?? "Discord's gateway is being connected.");
        }
    }
}
