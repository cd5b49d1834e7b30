using System.Text.Encodings.Web;
using System.Text.Json;
using MeatLizard.Domain.Conversations;

namespace MeatLizard.Infrastructure.Json;

/// <summary>A message's parts as they are stored: <c>{"v":1,"parts":[…]}</c>.</summary>
internal static class MessagePartJson
{
    public const int Version = 1;

    // Letters stay as they are instead of being escaped: the text is no HTML, and half as long.
    private static readonly MessagePartJsonContext Context =
        new(new JsonSerializerOptions(MessagePartJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static string Serialize(IReadOnlyList<MessagePart> parts) =>
        JsonSerializer.Serialize(new StoredParts(Version, parts), Context.StoredParts);

    /// <exception cref="JsonException">The text is not what Serialize writes, in this or a later version of the same form.</exception>
    public static IReadOnlyList<MessagePart> Deserialize(string json)
    {
        var stored = JsonSerializer.Deserialize(json, Context.StoredParts);
        if (stored is null) throw new JsonException("Stored parts are an object.");
        if (stored.V != Version) throw new JsonException($"Stored parts have version {Version}, these have {stored.V}.");

        foreach (var part in stored.Parts)
            if (part is null) throw new JsonException("A stored part is null.");

        return stored.Parts;
    }
}
