using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn.Gateway;
using MeatLizard.DiscordStandIn.Wire;

namespace MeatLizard.DiscordStandIn.Guilds;

/// <summary>Something that bots are told: its name at the gateway, the intent it takes, and what a viewer is shown of it.</summary>
internal sealed record Happening(string Name, Intents Intent, Func<Viewer, JsonObject> Data)
{
    /// <summary>Only its members hear it.</summary>
    public Guild? Guild { get; init; }

    /// <summary>Only who may view the channel hears it.</summary>
    public Channel? SeenIn { get; init; }

    /// <summary>Only this application hears it.</summary>
    public Application? Only { get; init; }

    public bool Reaches(Application application) =>
        (Only is null || Only == application)
        && (Guild is null || Guild.Members.ContainsKey(application.Id))
        && (SeenIn is null || SeenIn.Lets(application.Id, Permissions.ViewChannel));
}
