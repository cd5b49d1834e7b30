using MeatLizard.DiscordStandIn.Gateway;

namespace MeatLizard.DiscordStandIn.Guilds;

/// <summary>
/// The world without a seed: the owner's relay guild, a community, the two bots, and people. Ids and tokens are always the same.
/// </summary>
public static class DefaultWorld
{
    public const ulong RelayGuild = 1_000_000_000_000_000_001, Community = 1_000_000_000_000_000_002;

    /// <summary>The server bot's application; the client bot's is one higher.</summary>
    public const ulong ServerBot = 1_000_000_000_000_000_011, ClientBot = 1_000_000_000_000_000_012;

    public const string ServerBotToken = "server-bot.stand-in.token", ClientBotToken = "client-bot.stand-in.token";

    /// <summary>The owner of both guilds, by name; then an administrator of the community, and two who are nothing special.</summary>
    public const string Owner = "olga", Administrator = "adam", Anna = "anna", Ben = "ben";

    /// <summary>What an ordinary member may.</summary>
    public const Permissions Member = Permissions.ViewChannel | Permissions.SendMessages | Permissions.ReadMessageHistory
        | Permissions.AttachFiles | Permissions.EmbedLinks | Permissions.AddReactions | Permissions.UseApplicationCommands
        | Permissions.ChangeNickname;

    /// <summary>What a bot is invited with.</summary>
    public const Permissions Bot = Permissions.ViewChannel | Permissions.SendMessages | Permissions.ReadMessageHistory
        | Permissions.AttachFiles | Permissions.EmbedLinks | Permissions.AddReactions | Permissions.ManageMessages
        | Permissions.ManageChannels | Permissions.ManageRoles;

    public static void Build(WorldBuilder build)
    {
        var olga = build.Human(Owner, "Olga", 1_000_000_000_000_000_021);
        var adam = build.Human(Administrator, "Adam", 1_000_000_000_000_000_022);
        var anna = build.Human(Anna, "Anna", 1_000_000_000_000_000_023);
        var ben = build.Human(Ben, "Ben", 1_000_000_000_000_000_024);
        var server = build.Bot("MeatLizard", ServerBotToken, Intents.MessageContent, ServerBot);
        var client = build.Bot("MeatLizard Worker", ClientBotToken, Intents.None, ClientBot);

        var relay = build.Guild("Olga's relay", olga, Permissions.None, RelayGuild);
        _ = build.Invite(relay, server, Bot);
        _ = build.Invite(relay, client, Bot);
        _ = build.Channel(relay, "general", id: 1_000_000_000_000_000_031);

        var community = build.Guild("Lizard community", olga, Member, Community);
        var administrators = build.Role(community, "Administrators", Permissions.Administrator, 1_000_000_000_000_000_041);
        _ = build.Invite(community, server, Bot);
        _ = build.Join(community, adam, administrators);
        _ = build.Join(community, anna);
        _ = build.Join(community, ben);
        _ = build.Channel(community, "general", id: 1_000_000_000_000_000_051);
        _ = build.Channel(community, "ask-the-lizard", id: 1_000_000_000_000_000_052);
        _ = build.Channel(
            community,
            "staff",
            id: 1_000_000_000_000_000_053,
            overwrites: new Overwrite(Community, IsMember: false, Permissions.None, Permissions.ViewChannel));
    }
}
