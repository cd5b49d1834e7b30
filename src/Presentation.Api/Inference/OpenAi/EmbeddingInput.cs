using System.Text.Json;
using System.Text.Json.Serialization;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>One text, or several. Tokens would be another model's.</summary>
[JsonConverter(typeof(EmbeddingInputConverter))]
internal sealed record EmbeddingInput(IReadOnlyList<string> Texts);

internal sealed class EmbeddingInputConverter : JsonConverter<EmbeddingInput>
{
    private const int Most = 2048;

    public override EmbeddingInput Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return new([ReadText(ref reader, "")]);
        }

        List<string> texts = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            texts.Add(texts.Count < Most
                ? ReadText(ref reader, $"[{texts.Count}]")
                : throw new FieldException("", "invalid_value", $"At most {Most} texts are taken at a time."));
        }

        return texts.Count > 0 ? new(texts) : throw new FieldException("", "invalid_value", "There is no text.");
    }

    public override void Write(Utf8JsonWriter writer, EmbeddingInput value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var text in value.Texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    private static string ReadText(ref Utf8JsonReader reader, string at)
    {
        if (reader.TokenType is JsonTokenType.Number or JsonTokenType.StartArray)
        {
            throw new FieldException(at, "unsupported_value", "Texts are taken, not tokens: they would have to be this model's own.");
        }

        return PlainText.Read(ref reader, at) is { Length: > 0 } text
            ? text
            : throw new FieldException(at, "invalid_value", "A text must not be empty.");
    }
}
