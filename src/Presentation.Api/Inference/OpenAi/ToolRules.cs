using System.Text.Json;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>Tools, and which of them to call, looked through and passed on as JSON.</summary>
internal static class ToolRules
{
    private const int Most = 128;

    /// <returns>The tools' names, in order; empty when there are none.</returns>
    public static IReadOnlyList<string> Check(JsonElement? tools)
    {
        if (tools is not { } given)
        {
            return [];
        }

        if (given.ValueKind != JsonValueKind.Array || given.GetArrayLength() > Most)
        {
            throw Unsupported.Wrong("tools", $"This is a list of at most {Most} tools.");
        }

        List<string> names = [];
        foreach (var tool in given.EnumerateArray())
        {
            var at = $"tools[{names.Count}]";
            GivenJson.Object(tool, at);
            if (GivenJson.Text(tool, "type", at) is var type && type != "function")
            {
                throw Unsupported.Value($"{at}.type", "Tools of type function are taken, and no others.");
            }

            GivenJson.Only(tool, at, "type", "function");
            var function = GivenJson.Member(tool, "function") ?? throw Unsupported.Wrong($"{at}.function", "This is needed.");
            names.Add(Function(function, $"{at}.function"));
        }

        return names.Distinct(StringComparer.Ordinal).Count() == names.Count
            ? names
            : throw Unsupported.Wrong("tools", "Two tools have the same name.");
    }

    /// <summary>A function's own members, which both of OpenAI's calls have.</summary>
    /// <returns>Its name.</returns>
    public static string Function(JsonElement function, string at, params ReadOnlySpan<string> also)
    {
        GivenJson.Only(function, at, ["name", "description", "parameters", "strict", .. also]);
        _ = GivenJson.Text(function, "description", at);
        GivenJson.Flag(function, "strict", at);
        if (GivenJson.Member(function, "parameters") is { } parameters)
        {
            GivenJson.CheckText(GivenJson.Object(parameters, $"{at}.parameters"), $"{at}.parameters");
        }

        return GivenJson.Name(function, at);
    }

    /// <returns>As the model is told; null: as it likes.</returns>
    public static string? Choice(JsonElement? choice, IReadOnlyList<string> tools)
    {
        if (choice is not { } given)
        {
            return null;
        }

        GivenJson.CheckText(given, "tool_choice");
        if (tools.Count == 0)
        {
            throw Unsupported.Wrong("tool_choice", "There are no tools to choose from.");
        }

        if (given.ValueKind == JsonValueKind.String)
        {
            return given.GetString() is "none" or "auto" or "required"
                ? given.GetRawText()
                : throw Unsupported.Wrong("tool_choice", "This is none, auto, required, or names a function.");
        }

        GivenJson.Object(given, "tool_choice");
        if (GivenJson.Text(given, "type", "tool_choice") != "function")
        {
            throw Unsupported.Value("tool_choice.type", "A choice of type function is taken, and no other.");
        }

        GivenJson.Only(given, "tool_choice", "type", "function");
        var function = GivenJson.Member(given, "function") ?? throw Unsupported.Wrong("tool_choice.function", "This is needed.");
        GivenJson.Only(function, "tool_choice.function", "name");
        return tools.Contains(GivenJson.Name(function, "tool_choice.function"))
            ? given.GetRawText()
            : throw Unsupported.Wrong("tool_choice.function.name", "There is no tool of that name.");
    }
}
