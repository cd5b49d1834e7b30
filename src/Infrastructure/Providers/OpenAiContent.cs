using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>A piece of what a model says: a text, or, as Mistral's thinking models have it, a list of parts.</summary>
/// <param name="Thought">What it thinks.</param>
[JsonConverter(typeof(Converter))]
internal sealed record OpenAiContent(string Text, string Thought)
{
    internal sealed class Converter : JsonConverter<OpenAiContent>
    {
        public override OpenAiContent? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                return new(reader.GetString() ?? "", "");
            }

            using var parts = JsonDocument.ParseValue(ref reader);
            var (text, thought) = (new StringBuilder(), new StringBuilder());
            foreach (var part in parts.RootElement.EnumerateArray())
            {
                text.Append(Said(part, "text"));
                thought.Append(Said(part, "thinking"));
            }

            return new(text.ToString(), thought.ToString());
        }

        public override void Write(Utf8JsonWriter writer, OpenAiContent value, JsonSerializerOptions options) => throw new NotSupportedException();

        /// <summary>Thoughts are parts in a part.</summary>
        private static string Said(JsonElement part, string kind) => part.ValueKind != JsonValueKind.Object || !part.TryGetProperty(kind, out var said) ? ""
            : said.ValueKind == JsonValueKind.String ? said.GetString()!
            : said.ValueKind == JsonValueKind.Array ? string.Concat(said.EnumerateArray().Select(inner => Said(inner, "text")))
            : "";
    }
}
