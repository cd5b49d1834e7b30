using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn.Wire;

namespace MeatLizard.DiscordStandIn.Gateway;

/// <summary>What goes through the gateway, as bytes.</summary>
internal static class Payload
{
    public const int Dispatch = 0, Heartbeat = 1, Identify = 2, Presence = 3, VoiceState = 4, Resume = 6, Reconnect = 7, RequestMembers = 8,
        InvalidSession = 9, Hello = 10, HeartbeatAck = 11;

    public static byte[] Of(int op, JsonNode? data) => JsonText.Bytes(new JsonObject { ["t"] = null, ["s"] = null, ["op"] = op, ["d"] = data });

    public static byte[] Of(string name, long sequence, JsonNode data) =>
        JsonText.Bytes(new JsonObject { ["t"] = name, ["s"] = sequence, ["op"] = Dispatch, ["d"] = data });
}
