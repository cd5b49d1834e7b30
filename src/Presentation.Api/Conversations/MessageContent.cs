using System.Text.Json;
using System.Text.Json.Serialization;
using MeatLizard.Domain.Conversations;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Conversations;

/// <summary>What somebody says: a text, or parts.</summary>
[JsonConverter(typeof(MessageContentConverter))]
internal sealed record MessageContent(IReadOnlyList<MessagePart> Parts);

internal sealed class MessageContentConverter : JsonConverter<MessageContent>
{
    private const int MostParts = 100;

    public override MessageContent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return new([new TextPart(PlainText.Read(ref reader))]);
            case JsonTokenType.StartArray:
                List<MessagePart> parts = [];
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    parts.Add(parts.Count < MostParts
                        ? ReadPart(ref reader, $"[{parts.Count}]")
                        : throw new FieldException("", "invalid_value", $"A message has at most {MostParts} parts."));
                }

                return new(parts);
            default:
                throw new FieldException("", "invalid_value", "Content is a text or a list of parts.");
        }
    }

    public override void Write(Utf8JsonWriter writer, MessageContent value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var part in value.Parts.OfType<TextPart>())
        {
            writer.WriteStartObject();
            writer.WriteString("type", "text");
            writer.WriteString("text", part.Text);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static TextPart ReadPart(ref Utf8JsonReader reader, string at)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new FieldException(at, "invalid_value", "A part is an object.");
        }

        string? type = null;
        string? text = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = PlainText.Read(ref reader, at);
            _ = reader.Read();
            switch (name)
            {
                case "type":
                    type = ReadText(ref reader, type, $"{at}.type");
                    break;
                case "text":
                    text = ReadText(ref reader, text, $"{at}.text");
                    break;
                default:
                    throw type is null or "text"
                        ? new FieldException($"{at}.{name}", "unknown_field", "There is no such field here.")
                        : UnknownType(at, type);
            }
        }

        return type switch
        {
            null => throw new FieldException($"{at}.type", "field_missing", "This field is needed."),
            "text" when text is null => throw new FieldException($"{at}.text", "field_missing", "This field is needed."),
            "text" => new(text),
            _ => throw UnknownType(at, type),
        };
    }

    private static FieldException UnknownType(string at, string type) =>
        new($"{at}.type", "unknown_part_type", $"Parts of type {(type.Length > 40 ? type[..40] : type)} are not taken; text is.");

    private static string ReadText(ref Utf8JsonReader reader, string? before, string at)
    {
        if (before is not null)
        {
            throw new FieldException(at, "duplicate_field", "The field stands there twice.");
        }

        return PlainText.Read(ref reader, at);
    }
}
