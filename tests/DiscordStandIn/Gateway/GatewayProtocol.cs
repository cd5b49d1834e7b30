using System.Text.Json;
using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.DiscordStandIn.Limiting;
using MeatLizard.DiscordStandIn.Posted;
using MeatLizard.DiscordStandIn.Wire;

namespace MeatLizard.DiscordStandIn.Gateway;

/// <summary>What the gateway does with each payload of a client.</summary>
internal sealed class GatewayProtocol(
    World world, StandInOptions options, RateLimits limits, LimitWindows windows, GatewayHub hub, GatewayStart start, Counters counters)
{
    public void Receive(GatewayConnection connection, byte[] payload)
    {
        lock (world.Gate)
        {
            if (!windows.Take($"gateway {connection.Id}", limits.GatewaySends).Granted)
            {
                connection.Close(CloseCode.RateLimited);
                return;
            }

            if (payload.Length > GatewayHub.LargestPayload || Parse(payload) is not { } json)
            {
                connection.Close(CloseCode.DecodeError);
                return;
            }

            try
            {
                Obey(connection, (int?)json["op"] ?? -1, json["d"]);
            }
            catch (Exception wrong) when (wrong is InvalidOperationException or FormatException)
            {
                // A field of another kind than it has to be.
                connection.Close(CloseCode.DecodeError);
            }
        }
    }

    private void Obey(GatewayConnection connection, int op, JsonNode? data)
    {
        switch (op)
        {
            case Payload.Heartbeat:
                connection.LastHeartbeat = options.Time.GetUtcNow();
                if (!connection.WithholdsAcks)
                    connection.Send(Payload.HeartbeatAck, null);
                break;
            case Payload.Identify when connection.Session is not null:
                connection.Close(CloseCode.AlreadyAuthenticated);
                break;
            case Payload.Identify:
                start.Identify(connection, data as JsonObject ?? []);
                break;
            case Payload.Resume:
                Resume(connection, data as JsonObject ?? []);
                break;
            case Payload.Presence or Payload.VoiceState or Payload.RequestMembers when connection.Session is null:
                connection.Close(CloseCode.NotAuthenticated);
                break;
            case Payload.RequestMembers:
                Members(connection.Session!, data as JsonObject ?? []);
                break;
            case Payload.Presence or Payload.VoiceState:
                break;
            default:
                connection.Close(connection.Session is null && op is >= 0 and <= 11 ? CloseCode.NotAuthenticated : CloseCode.UnknownOpcode);
                break;
        }
    }

    private void Resume(GatewayConnection connection, JsonObject data)
    {
        if (connection.Session is not null)
        {
            connection.Close(CloseCode.AlreadyAuthenticated);
            return;
        }

        if (!world.TrySignIn((string?)data["token"] ?? "", out var application))
        {
            connection.Close(CloseCode.AuthenticationFailed);
            return;
        }

        var sequence = (long?)data["seq"] ?? 0;
        if (hub.Find((string?)data["session_id"]) is not { } session || session.Application != application || !session.CanReplay(sequence))
        {
            counters.AtGateway("invalid-session", application.Id);
            connection.Send(Payload.InvalidSession, false);
            return;
        }

        if (sequence > session.Sequence)
        {
            connection.Close(CloseCode.InvalidSequence);
            return;
        }

        // Whoever still holds the session is somebody whose line has died without his noticing.
        if (session.Connection is { } old)
        {
            old.Session = null;
            old.Cut();
        }

        (session.Connection, connection.Session, session.Alone) = (connection, session, null);
        counters.AtGateway("resume", application.Id);
        if (!connection.AtResumeAddress)
            counters.AtGateway("resume-elsewhere", application.Id);
        session.Replay(sequence);
        session.Dispatch("RESUMED", []);
    }

    private void Members(GatewaySession session, JsonObject data)
    {
        var guild = Snowflake.TryParse((string?)data["guild_id"], out var id) ? world.Guilds.GetValueOrDefault(id) : null;
        if (guild is null || !guild.Members.ContainsKey(session.Application.Id))
            return;
        var wanted = data["user_ids"] is JsonArray ids ? ids.Select(one => (string?)one).ToHashSet() : null;
        var members = guild.Members.Values.Where(member => wanted is null
            ? member.User.Name.StartsWith((string?)data["query"] ?? "", StringComparison.OrdinalIgnoreCase)
            : wanted.Contains(member.User.Id.Text()));
        session.Dispatch("GUILD_MEMBERS_CHUNK", new JsonObject
        {
            ["guild_id"] = guild.Id.Text(),
            ["members"] = JsonText.Array(members.Select(member => UserJson.Of(member))),
            ["chunk_index"] = 0,
            ["chunk_count"] = 1,
            ["nonce"] = (string?)data["nonce"],
        });
    }

    private static JsonObject? Parse(byte[] payload)
    {
        try
        {
            return JsonNode.Parse(payload) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
