using System.Text.Json;
using Microsoft.Extensions.AI;

namespace MeatLizard.Application.Inference;

/// <summary>The form that an order wants its answer in, which travels as the JSON that OpenAI's API has for it.</summary>
internal static class OrderedFormat
{
    public static ChatResponseFormat? Read(string? format)
    {
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
                "json_schema" => Schema(root.GetProperty("json_schema")),
                _ => null,
            };
        }
        catch (Exception malformed) when (malformed is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new EngineException(
                EngineException.Refused, "The response format of the request is not what it should be. Correct it.", retryable: false);
        }
    }

    private static ChatResponseFormatJson Schema(JsonElement described) => ChatResponseFormat.ForJsonSchema(
        described.GetProperty("schema").Clone(),
        described.TryGetProperty("name", out var name) ? name.GetString() : null);
}
