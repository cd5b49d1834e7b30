using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MeatLizard.Infrastructure.Relay.Frames;

/// <summary>A few bytes as lower-case hex, like every hash in these messages.</summary>
internal sealed class WireBytes : JsonConverter<byte[]>
{
    public const int Most = 64;

    public override byte[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped || reader.ValueSpan.Length > Most * 2
            || reader.ValueSpan.Length % 2 != 0)
            throw new JsonException($"Not the hex of at most {Most} bytes.");

        var bytes = new byte[reader.ValueSpan.Length / 2];
        return Convert.FromHexString(reader.ValueSpan, bytes, out _, out _) == OperationStatus.Done
            ? bytes
            : throw new JsonException("Not hex.");
    }

    public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Convert.ToHexStringLower(value));
}
