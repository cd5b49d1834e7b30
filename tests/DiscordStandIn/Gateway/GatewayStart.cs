using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.DiscordStandIn.Limiting;
using MeatLizard.DiscordStandIn.Posted;
using MeatLizard.DiscordStandIn.Wire;

namespace MeatLizard.DiscordStandIn.Gateway;

/// <summary>IDENTIFY: who may begin a session, and what the session hears first.</summary>
internal sealed class GatewayStart(World world, RateLimits limits, LimitWindows windows, GatewayHub hub, Counters counters, Uri resumeAddress)
{
    public void Identify(GatewayConnection connection, JsonObject data)
    {
        if (!world.TrySignIn((string?)data["token"] ?? "", out var application))
        {
            connection.Close(CloseCode.AuthenticationFailed);
            return;
        }

        if (Fault(data, application, out var intents) is { } code)
        {
            connection.Close(code);
            return;
        }

        if (!windows.Take($"identify at once {application.Id}", limits.IdentifyAtOnce).Granted)
        {
            counters.AtGateway("invalid-session", application.Id);
            connection.Send(Payload.InvalidSession, false);
            return;
        }

        if (!windows.Take($"identify {application.Id}", limits.Identify).Granted)
        {
            // Discord takes the token back and writes to the owner.
            application.ResetToken(Guid.NewGuid().ToString("N"));
            connection.Close(CloseCode.AuthenticationFailed);
            return;
        }

        var session = hub.Begin(connection, application, intents);
        counters.AtGateway("identify", application.Id);
        Welcome(session, data["shard"]?.DeepClone());
    }

    private static int? Fault(JsonObject data, Application application, out Intents intents)
    {
        intents = Intents.None;
        if (data["properties"] is not JsonObject)
            return CloseCode.DecodeError;
        if (data["intents"] is not JsonValue given || !given.TryGetValue(out int bits) || (bits & ~(int)Intents.Known) != 0)
            return CloseCode.InvalidIntents;
        intents = (Intents)bits;
        if ((intents & Intents.AllPrivileged & ~application.Privileged) != 0)
            return CloseCode.DisallowedIntents;
        return data["shard"] is JsonArray shard && (shard.Count != 2 || (int)shard[0]! < 0 || (int)shard[0]! >= (int)shard[1]!)
            ? CloseCode.InvalidShard
            : null;
    }

    private void Welcome(GatewaySession session, JsonNode? shard)
    {
        var application = session.Application;
        var guilds = world.Guilds.Values.Where(guild => guild.Members.ContainsKey(application.Id)).ToArray();
        var ready = new JsonObject
        {
            ["v"] = 10,
            ["user"] = UserJson.Own(application.Bot),
            ["guilds"] = JsonText.Array(guilds.Select(guild => new JsonObject { ["id"] = guild.Id.Text(), ["unavailable"] = true })),
            ["session_id"] = session.Id,
            ["session_type"] = "normal",
            ["resume_gateway_url"] = resumeAddress.ToString().TrimEnd('/'),
            ["application"] = new JsonObject { ["id"] = application.Id.Text(), ["flags"] = (int?)UserJson.Of(application)["flags"] },
            ["private_channels"] = new JsonArray(),
            ["user_settings"] = new JsonObject(),
            ["relationships"] = new JsonArray(),
            ["presences"] = new JsonArray(),
        };
        if (shard is not null)
            ready["shard"] = shard;
        session.Dispatch("READY", ready);
        if (!session.Intents.HasFlag(Intents.Guilds))
            return;
        foreach (var guild in guilds)
            session.Dispatch("GUILD_CREATE", GuildJson.Created(guild, application.Bot, session.Intents.HasFlag(Intents.GuildMembers)));
    }
}
