using System.Text.Json;
using System.Text.Json.Serialization;

namespace MeatLizard.Infrastructure.Relay.Frames;

/// <summary>A duration in whole milliseconds, up to 24 days.</summary>
internal sealed class WireDuration : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var milliseconds) && milliseconds >= 0
            ? TimeSpan.FromMilliseconds(milliseconds)
            : throw new JsonException("Not a number of milliseconds.");

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteNumberValue((int)Math.Clamp(value.TotalMilliseconds, 0, int.MaxValue));
}
