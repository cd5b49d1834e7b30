using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MeatLizard.DiscordStandIn.Wire;

/// <summary>JSON as it goes over the wire: UTF-8, characters as themselves.</summary>
internal static class JsonText
{
    private static readonly JsonSerializerOptions AsItIs = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Bytes(JsonNode? node) => JsonSerializer.SerializeToUtf8Bytes(node, AsItIs);

    public static string Text(JsonNode? node) => JsonSerializer.Serialize(node, AsItIs);

    public static JsonArray Array(IEnumerable<JsonNode?> items) => new([.. items]);

    public static JsonArray Ids(IEnumerable<ulong> ids) => Array(ids.Select(id => (JsonNode)id.Text()));

    /// <summary>The same, belonging to nobody yet.</summary>
    public static T Copy<T>(this T node)
        where T : JsonNode => (T)node.DeepClone();
}
