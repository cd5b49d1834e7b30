using System.Text.Json;
using Microsoft.Extensions.AI;

namespace MeatLizard.Application.Inference;

/// <summary>The form that an order wants its answer in, which travels as the JSON that OpenAI's API has for it.</summary>
internal static class OrderedFormat
{
    /// <param name="strict">Whether it is said that the model must keep to the schema; null when nothing is.</param>
    public static ChatResponseFormat? Read(string? format, out bool? strict)
    {
        strict = null;
        if (format is null)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(format);
            var root = document.RootElement;
            return root.GetProperty("type").GetString() switch
            {
                "json_object" => ChatResponseFormat.Json,
                "json_schema" => Schema(root.GetProperty("json_schema"), out strict),
                _ => null,
            };
        }
        catch (Exception malformed) when (malformed is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new EngineException(
                EngineException.Refused, "The response format of the request is not what it should be. Correct it.", retryable: false);
        }
    }

    private static ChatResponseFormatJson Schema(JsonElement described, out bool? strict)
    {
        strict = described.TryGetProperty("strict", out var said) && said.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? said.GetBoolean()
            : null;
        return ChatResponseFormat.ForJsonSchema(
            described.GetProperty("schema").Clone(),
            described.TryGetProperty("name", out var name) ? name.GetString() : null);
    }
}
