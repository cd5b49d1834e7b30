using System.Text.Json.Nodes;

namespace MeatLizard.DiscordStandIn.Rest;

internal sealed record RestAnswer(int Status, JsonNode? Body)
{
    public static RestAnswer None { get; } = new(204, null);

    public static implicit operator RestAnswer(JsonObject body) => new(200, body);

    public static implicit operator RestAnswer(JsonArray body) => new(200, body);
}
