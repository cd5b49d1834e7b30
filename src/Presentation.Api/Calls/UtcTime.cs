using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MeatLizard.Presentation.Api.Calls;

/// <summary>RFC 3339 in UTC, to the microsecond: as exact as both databases keep it, so that a time reads the same at every call.</summary>
internal sealed class UtcTime : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var time)
            ? time.ToUniversalTime()
            : throw new FieldException("", "invalid_value", "This must be a time, e.g. 2030-01-31T12:00:00Z.");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        // The round-trip format, which .NET writes fastest, has a digit more.
        Span<char> text = stackalloc char[28];
        _ = value.UtcDateTime.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        text[^2] = 'Z';
        writer.WriteStringValue(text[..^1]);
    }
}
