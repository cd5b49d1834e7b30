using System.Text.Json.Nodes;

namespace MeatLizard.DiscordStandIn.Guilds;

/// <summary>A command as an application registered it; <paramref name="Definition"/> is what it sent.</summary>
internal sealed record ApplicationCommand(ulong Id, ulong Version, ulong? GuildId, JsonObject Definition)
{
    public string Name => (string)Definition["name"]!;

    public int Type => (int?)Definition["type"] ?? 1;
}
