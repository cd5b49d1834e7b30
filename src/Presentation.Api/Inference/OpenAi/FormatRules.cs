using System.Text.Json;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>The form that an answer is to have, looked through and passed on as JSON.</summary>
internal static class FormatRules
{
    private const string At = "response_format";

    /// <returns>Null: any text.</returns>
    public static string? Check(JsonElement? format)
    {
        if (format is not { } given)
        {
            return null;
        }

        GivenJson.Object(given, At);
        switch (GivenJson.Text(given, "type", At))
        {
            case "text":
                GivenJson.Only(given, At, "type");
                return null;
            case "json_object":
                GivenJson.Only(given, At, "type");
                return given.GetRawText();
            case "json_schema":
                GivenJson.Only(given, At, "type", "json_schema");
                Schema(GivenJson.Member(given, "json_schema") ?? throw Unsupported.Wrong($"{At}.json_schema", "This is needed."), $"{At}.json_schema");
                return given.GetRawText();
            default:
                throw Unsupported.Value($"{At}.type", "This is text, json_object or json_schema.");
        }
    }

    public static void Schema(JsonElement described, string at, params ReadOnlySpan<string> also)
    {
        GivenJson.Only(described, at, ["name", "description", "schema", "strict", .. also]);
        _ = GivenJson.Name(described, at);
        _ = GivenJson.Text(described, "description", at);
        GivenJson.Flag(described, "strict", at);
        var schema = GivenJson.Member(described, "schema") ?? throw Unsupported.Wrong($"{at}.schema", "This is needed.");
        GivenJson.CheckText(GivenJson.Object(schema, $"{at}.schema"), $"{at}.schema");
    }
}
