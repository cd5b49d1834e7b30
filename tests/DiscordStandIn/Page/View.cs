using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn.Gateway;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.DiscordStandIn.Posted;
using MeatLizard.DiscordStandIn.Wire;

namespace MeatLizard.DiscordStandIn.Page;

/// <summary>What Discord sees, as JSON: the world, messages of a channel, the ledger, the counters.</summary>
internal sealed class View(World world, GatewayHub hub, Ledger ledger, Counters counters, MessageJson messages)
{
    private const int MostMessages = 200;

    public JsonObject State()
    {
        lock (world.Gate)
        {
            var online = hub.Sessions.Where(session => session.Connection is not null).Select(session => session.Application.Id).ToHashSet();
            return new JsonObject
            {
                ["guilds"] = JsonText.Array(world.Guilds.Values.OrderBy(guild => guild.Id).Select(Of)),
                ["direct"] = JsonText.Array(world.Channels.Values.Where(channel => channel.Guild is null).Select(channel => new JsonObject
                {
                    ["id"] = channel.Id.Text(),
                    ["type"] = channel.Type,
                    ["name"] = string.Join(" & ", channel.Recipients.Select(one => one.GlobalName ?? one.Name)),
                    ["messages"] = channel.Messages.Count,
                })),
                ["humans"] = JsonText.Array(world.Users.Values.Where(user => !user.IsBot).Select(UserJson.Of)),
                ["bots"] = JsonText.Array(world.Applications.Values.Select(one => new JsonObject
                {
                    ["id"] = one.Id.Text(),
                    ["name"] = one.Bot.Name,
                    ["online"] = online.Contains(one.Id),
                    ["commands"] = JsonText.Array(one.Commands.Values.Select(command => (JsonNode)command.Name).Distinct()),
                })),
                ["counters"] = Counts(),
            };
        }
    }

    public JsonObject Counts() => new()
    {
        ["requests"] = Of(counters.Requests),
        ["refusals"] = Of(counters.Refusals),
        ["gateway"] = Of(counters.Gateway),
        ["posted"] = ledger.Entries.Count,
    };

    /// <summary>The newest messages of a channel, oldest first.</summary>
    public JsonArray Messages(ulong channel)
    {
        lock (world.Gate)
        {
            return world.Channels.TryGetValue(channel, out var known)
                ? JsonText.Array(known.Messages.Values.TakeLast(MostMessages).Select(Of))
                : [];
        }
    }

    public JsonArray Posted(ulong? channel, ulong? author, ulong? after) => JsonText.Array(ledger.Entries
        .Where(entry => (channel is null || entry.ChannelId == channel) && (author is null || entry.AuthorId == author) && entry.MessageId > (after ?? 0))
        .Select(Of));

    public static JsonObject Of(LedgerEntry entry) => new()
    {
        ["message"] = entry.MessageId.Text(),
        ["author"] = new JsonObject { ["id"] = entry.AuthorId.Text(), ["name"] = entry.Author, ["bot"] = entry.ByBot },
        ["guild"] = entry.GuildId?.Text(),
        ["channel"] = new JsonObject { ["id"] = entry.ChannelId.Text(), ["name"] = entry.Channel },
        ["content"] = entry.Content,
        ["files"] = JsonText.Array(entry.Files.Select(file => new JsonObject
        {
            ["name"] = file.Name,
            ["size"] = file.Size,
            ["sha256"] = file.Sha256,
        })),
        ["nonce"] = entry.Nonce,
        ["ephemeral"] = entry.Ephemeral,
        ["at"] = entry.At.Text(),
        ["edits"] = JsonText.Array(entry.Edits.Select(edit => new JsonObject { ["content"] = edit.Content, ["at"] = edit.At.Text() })),
        ["deleted_at"] = entry.DeletedAt?.Text(),
    };

    private JsonObject Of(Message message) => new()
    {
        ["id"] = message.Id.Text(),
        ["author"] = message.Author.GlobalName ?? message.Author.Name,
        ["bot"] = message.Author.IsBot,
        ["content"] = message.Content,
        ["at"] = message.At.Text(),
        ["edited"] = message.Edited is not null,
        ["files"] = JsonText.Array(message.Attachments.Select(file => messages.Of(message.Channel, file))),
        ["mentions"] = JsonText.Array(message.Mentions.Select(user => new JsonObject { ["id"] = user.Id.Text(), ["name"] = user.Name })),
        ["components"] = message.Components.Copy(),
        ["embeds"] = message.Embeds.Copy(),
    };

    private static JsonObject Of(Guild guild) => new()
    {
        ["id"] = guild.Id.Text(),
        ["name"] = guild.Name,
        ["channels"] = JsonText.Array(guild.Channels.Values.OrderBy(channel => channel.Position).Select(channel => new JsonObject
        {
            ["id"] = channel.Id.Text(),
            ["name"] = channel.Name,
            ["type"] = channel.Type,
            ["messages"] = channel.Messages.Count,
        })),
        ["members"] = JsonText.Array(guild.Members.Values.Select(member => (JsonNode)member.User.Id.Text())),
    };

    private static JsonObject Of(IReadOnlyDictionary<string, long> counts) =>
        new(counts.Select(one => KeyValuePair.Create<string, JsonNode?>(one.Key, one.Value)));
}
