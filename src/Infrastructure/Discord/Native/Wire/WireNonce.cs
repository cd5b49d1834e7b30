using System.Text.Json;
using System.Text.Json.Serialization;

namespace MeatLizard.Infrastructure.Discord.Native.Wire;

/// <summary>A nonce comes as its author wrote it: as text, or as a number.</summary>
[JsonConverter(typeof(Converter))]
internal sealed record WireNonce(string Value)
{
    public sealed class Converter : JsonConverter<WireNonce>
    {
        public override WireNonce Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var value = JsonDocument.ParseValue(ref reader);
            return new(value.RootElement.ToString());
        }

        public override void Write(Utf8JsonWriter writer, WireNonce value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    }
}
