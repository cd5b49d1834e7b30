using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn.Gateway;
using MeatLizard.DiscordStandIn.Wire;

namespace MeatLizard.DiscordStandIn.Guilds;

/// <summary>Opens interactions and tells their applications; a first answer has to come in time.</summary>
internal sealed class Interactions(World world, StandInOptions options, MessageJson messages)
{
    public Interaction Open(int type, Application application, Channel channel, User user, JsonObject data, Message? source = null)
    {
        lock (world.Gate)
        {
            var token = Convert.ToBase64String(RandomNumberGenerator.GetBytes(96)).Replace('+', 'A').Replace('/', 'B');
            var interaction = new Interaction(world.NextId(), type, application, channel, user, token, world.Time.GetUtcNow())
            {
                Data = data,
                Source = source,
            };
            world.Interactions.Add(token, interaction);
            interaction.Deadline = world.Time.CreateTimer(_ => Expire(interaction), null, options.AnswerWithin, Timeout.InfiniteTimeSpan);
            world.Publish(new Happening("INTERACTION_CREATE", Intents.None, _ => Of(interaction)) { Only = application });
            return interaction;
        }
    }

    /// <summary>One that can still be answered for the first time.</summary>
    public Interaction? FindNew(ulong id, string token) =>
        world.Interactions.TryGetValue(token, out var known) && known.Id == id && world.Time.GetUtcNow() - known.At <= options.AnswerWithin
            ? known
            : null;

    /// <summary>One that has been answered, and how long its token is good.</summary>
    public Interaction? FindAnswered(ulong application, string token) =>
        world.Interactions.TryGetValue(token, out var known) && known.Application.Id == application && known.CallbackType is not null ? known : null;

    public bool IsOver(Interaction interaction) => world.Time.GetUtcNow() - interaction.At > options.FollowUpWithin;

    private void Expire(Interaction interaction)
    {
        lock (world.Gate)
        {
            interaction.Expire();
        }
    }

    private JsonObject Of(Interaction interaction)
    {
        var (channel, user) = (interaction.Channel, interaction.User);
        var json = new JsonObject
        {
            ["id"] = interaction.Id.Text(),
            ["application_id"] = interaction.Application.Id.Text(),
            ["type"] = interaction.Type,
            ["token"] = interaction.Token,
            ["version"] = 1,
            ["data"] = interaction.Data.Copy(),
            ["channel_id"] = channel.Id.Text(),
            ["channel"] = ChannelJson.Of(channel),
            ["locale"] = "en-US",
            ["entitlements"] = new JsonArray(),
            ["attachment_size_limit"] = options.LargestFile,
            ["context"] = channel.Guild is null ? 1 : 0,
        };
        if (interaction.Source is { } source)
            json["message"] = messages.Of(source, new Viewer(interaction.Application, MaySeeContent: true));
        if (channel.Guild is not { } guild)
        {
            json["user"] = UserJson.Of(user);
            json["app_permissions"] = Permissions.All.Text();
            json["authorizing_integration_owners"] = new JsonObject { ["0"] = "0" };
            return json;
        }

        var member = UserJson.Of(guild.Members[user.Id]);
        member["permissions"] = guild.PermissionsOf(user.Id, channel).Text();
        json["member"] = member;
        json["guild_id"] = guild.Id.Text();
        json["guild_locale"] = "en-US";
        json["guild"] = new JsonObject { ["id"] = guild.Id.Text(), ["locale"] = "en-US", ["features"] = new JsonArray() };
        json["app_permissions"] = guild.PermissionsOf(interaction.Application.Id, channel).Text();
        json["authorizing_integration_owners"] = new JsonObject { ["0"] = guild.Id.Text() };
        return json;
    }
}
