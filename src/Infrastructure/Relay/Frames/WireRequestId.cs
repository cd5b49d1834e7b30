using System.Text.Json;
using System.Text.Json.Serialization;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Relay.Frames;

internal sealed class WireRequestId : JsonConverter<RequestId>
{
    public override RequestId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.TryGetGuid(out var id)
            ? new(id)
            : throw new JsonException("A request id is a UUID.");

    public override void Write(Utf8JsonWriter writer, RequestId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
