using System.Text.Json;
using System.Text.Json.Serialization;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>One text, or several.</summary>
[JsonConverter(typeof(StopInputConverter))]
internal sealed record StopInput(IReadOnlyList<string> Texts);

internal sealed class StopInputConverter : JsonConverter<StopInput>
{
    private const int Most = 64;

    public override StopInput Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return new([PlainText.Read(ref reader)]);
        }

        List<string> texts = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            texts.Add(texts.Count < Most
                ? PlainText.Read(ref reader, $"[{texts.Count}]")
                : throw new FieldException("", "invalid_value", $"There are at most {Most} of them."));
        }

        return new(texts);
    }

    public override void Write(Utf8JsonWriter writer, StopInput value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var text in value.Texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }
}
