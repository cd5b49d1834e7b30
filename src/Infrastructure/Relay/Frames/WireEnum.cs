using System.Text.Json;
using System.Text.Json.Serialization;

namespace MeatLizard.Infrastructure.Relay.Frames;

/// <summary>An enum by its name in snake_case and nothing else: no numbers, no other case, no combinations.</summary>
internal sealed class WireEnum<T> : JsonConverter<T>
    where T : struct, Enum
{
    private readonly T[] values = Enum.GetValues<T>();
    private readonly JsonEncodedText[] names;

    public WireEnum() =>
        names = Array.ConvertAll(values, value => JsonEncodedText.Encode(JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString())));

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            for (var i = 0; i < names.Length; i++)
                if (reader.ValueTextEquals(names[i].EncodedUtf8Bytes)) return values[i];

        throw new JsonException($"Not a name of {typeof(T).Name}.");
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(names[Array.IndexOf(values, value)]);
}
