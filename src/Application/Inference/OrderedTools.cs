using System.Text.Json;
using Microsoft.Extensions.AI;

namespace MeatLizard.Application.Inference;

/// <summary>The tools of an order, which travel as the JSON that OpenAI's API has for them. What is of another kind is passed over.</summary>
internal static class OrderedTools
{
    private const string NoParameters = """{"type":"object","properties":{}}""";

    public static IList<AITool>? Read(string? tools)
    {
        if (tools is null)
        {
            return null;
        }

        using var list = Parse(tools);
        return list.RootElement.ValueKind == JsonValueKind.Array
            ? [.. list.RootElement.EnumerateArray().Select(Function).OfType<AITool>()]
            : throw Malformed();
    }

    public static ChatToolMode? ReadChoice(string? choice)
    {
        if (choice is null)
        {
            return null;
        }

        using var chosen = Parse(choice);
        var root = chosen.RootElement;
        return root.ValueKind switch
        {
            JsonValueKind.String => root.GetString() switch
            {
                "none" => ChatToolMode.None,
                "required" => ChatToolMode.RequireAny,
                _ => ChatToolMode.Auto,
            },
            JsonValueKind.Object when Member(root, "function") is { } function && Text(function, "name") is { } name =>
                ChatToolMode.RequireSpecific(name),
            _ => ChatToolMode.Auto,
        };
    }

    private static AIFunctionDeclaration? Function(JsonElement tool) =>
        Text(tool, "type") == "function" && Member(tool, "function") is { } function && Text(function, "name") is { } name
            ? new OrderedTool(name, Text(function, "description"), Schema(function), Flag(function, "strict"))
            : null;

    private static JsonElement Schema(JsonElement function)
    {
        if (Member(function, "parameters") is { } given)
        {
            return given.Clone();
        }

        using var none = JsonDocument.Parse(NoParameters);
        return none.RootElement.Clone();
    }

    private static JsonElement? Member(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Object
            ? member
            : null;

    private static string? Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String
            ? member.GetString()
            : null;

    private static bool? Flag(JsonElement of, string name) =>
        of.TryGetProperty(name, out var member) && member.ValueKind is JsonValueKind.True or JsonValueKind.False ? member.GetBoolean() : null;

    private static JsonDocument Parse(string json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException)
        {
            throw Malformed();
        }
    }

    private static EngineException Malformed() =>
        new(EngineException.Refused, "The tools of the request are not what they should be. Correct them.", retryable: false);

    private sealed class OrderedTool(string name, string? description, JsonElement schema, bool? strict) : AIFunctionDeclaration
    {
        public override string Name => name;

        public override string Description => description ?? "";

        public override JsonElement JsonSchema => schema;

        public override IReadOnlyDictionary<string, object?> AdditionalProperties { get; } = new Dictionary<string, object?> { [EngineTags.Strict] = strict };
    }
}
