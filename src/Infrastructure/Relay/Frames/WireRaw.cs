using System.Text.Json;
using System.Text.Json.Serialization;

namespace MeatLizard.Infrastructure.Relay.Frames;

/// <summary>A text that is JSON itself, embedded as it is.</summary>
internal sealed class WireRaw : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.GetRawText();
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteRawValue(value);
}
