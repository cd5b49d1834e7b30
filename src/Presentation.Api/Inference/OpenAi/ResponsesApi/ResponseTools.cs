using System.Buffers;
using System.Text;
using System.Text.Json;

namespace MeatLizard.Presentation.Api.Inference.OpenAi.ResponsesApi;

/// <summary>Tools and formats of /v1/responses, in the form that they have in chat completions, which is how they travel.</summary>
internal static class ResponseTools
{
    private const int Most = 128;

    /// <returns>The tools as JSON, and their names; null when there are none.</returns>
    public static (string? Json, IReadOnlyList<string> Names) Read(JsonElement? tools)
    {
        if (tools is not { } given || (given.ValueKind == JsonValueKind.Array && given.GetArrayLength() == 0))
        {
            return (null, []);
        }

        if (given.ValueKind != JsonValueKind.Array || given.GetArrayLength() > Most)
        {
            throw Unsupported.Wrong("tools", $"This is a list of at most {Most} tools.");
        }

        List<string> names = [];
        var json = Written(writer =>
        {
            writer.WriteStartArray();
            foreach (var tool in given.EnumerateArray())
            {
                var at = $"tools[{names.Count}]";
                if (GivenJson.Text(GivenJson.Object(tool, at), "type", at) is var type && type != "function")
                {
                    throw Unsupported.Value($"{at}.type", "Tools of type function are taken, and no others.");
                }

                names.Add(ToolRules.Function(tool, at, "type"));
                writer.WriteStartObject();
                writer.WriteString("type"u8, "function"u8);
                writer.WriteStartObject("function"u8);
                Copy(writer, tool);
                writer.WriteEndObject();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
        return names.Distinct(StringComparer.Ordinal).Count() == names.Count
            ? (json, names)
            : throw Unsupported.Wrong("tools", "Two tools have the same name.");
    }

    public static string? Choice(JsonElement? choice, IReadOnlyList<string> tools)
    {
        if (choice is not { } given)
        {
            return null;
        }

        GivenJson.CheckText(given, "tool_choice");
        if (tools.Count == 0 && given.ValueKind == JsonValueKind.String && given.GetString() is ("auto" or "none"))
        {
            // Clients send these whether they have tools or not.
            return null;
        }

        if (given.ValueKind != JsonValueKind.Object)
        {
            return ToolRules.Choice(given, tools);
        }

        if (GivenJson.Text(given, "type", "tool_choice") != "function")
        {
            throw Unsupported.Value("tool_choice.type", "A choice of type function is taken, and no other.");
        }

        GivenJson.Only(given, "tool_choice", "type", "name");
        var name = GivenJson.Name(given, "tool_choice");
        return tools.Contains(name)
            ? $$$"""{"type":"function","function":{"name":"{{{name}}}"}}"""
            : throw Unsupported.Wrong("tool_choice.name", "There is no tool of that name.");
    }

    /// <returns>Null: any text.</returns>
    public static string? Format(JsonElement? format)
    {
        const string at = "text.format";
        if (format is not { } given)
        {
            return null;
        }

        switch (GivenJson.Text(GivenJson.Object(given, at), "type", at))
        {
            case "text":
                GivenJson.Only(given, at, "type");
                return null;
            case "json_object":
                GivenJson.Only(given, at, "type");
                return given.GetRawText();
            case "json_schema":
                FormatRules.Schema(given, at, "type");
                return Written(writer =>
                {
                    writer.WriteStartObject();
                    writer.WriteString("type"u8, "json_schema"u8);
                    writer.WriteStartObject("json_schema"u8);
                    Copy(writer, given);
                    writer.WriteEndObject();
                    writer.WriteEndObject();
                });
            default:
                throw Unsupported.Value($"{at}.type", "This is text, json_object or json_schema.");
        }
    }

    private static void Copy(Utf8JsonWriter writer, JsonElement from)
    {
        foreach (var member in from.EnumerateObject().Where(member => member.Name != "type" && member.Value.ValueKind != JsonValueKind.Null))
        {
            member.WriteTo(writer);
        }
    }

    private static string Written(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
