using System.Text.Json;
using System.Text.Json.Serialization;

namespace MeatLizard.Presentation.Api.Calls;

/// <summary>
/// Every string that comes in. PostgreSQL stores no NUL, so none is taken anywhere; broken Unicode the reader refuses itself.
/// </summary>
internal sealed class PlainText : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader);

    /// <param name="field">Below the place that is being read.</param>
    public static string Read(ref Utf8JsonReader reader, string field = "")
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
        {
            throw new FieldException(field, "invalid_value", "This must be a text.");
        }

        string text;
        try
        {
            text = reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new FieldException(field, "invalid_text", "The text is not valid Unicode: broken UTF-8 or half of a surrogate pair.");
        }

        return text.Contains('\0', StringComparison.Ordinal)
            ? throw new FieldException(field, "invalid_text", "The text contains NUL.")
            : text;
    }

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Read(ref reader);

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value);
}
