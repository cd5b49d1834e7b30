using System.Text.Json;
using System.Text.Json.Serialization;

namespace MeatLizard.Infrastructure.Discord.Native.Wire;

/// <summary>Ids are strings of digits, because many readers of JSON can't hold 64 bits in a number.</summary>
internal sealed class SnowflakeConverter : JsonConverter<Snowflake>
{
    public override Snowflake Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.String when Snowflake.TryParse(reader.GetString(), null, out var id) => id,
            JsonTokenType.Number when reader.TryGetUInt64(out var number) => new(number),
            _ => throw new JsonException("An id is a string of digits."),
        };

    public override void Write(Utf8JsonWriter writer, Snowflake value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
