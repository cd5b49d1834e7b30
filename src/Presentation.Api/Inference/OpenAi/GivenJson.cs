using System.Text.Json;
using System.Text.RegularExpressions;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>JSON of the caller's that travels on to the model as it is: tools and schemas. It is looked through first.</summary>
internal static partial class GivenJson
{
    public static JsonElement Object(JsonElement of, string at) =>
        of.ValueKind == JsonValueKind.Object ? of : throw Unsupported.Wrong(at, "This must be an object.");

    /// <summary>Refuses members that are not on the list, by name.</summary>
    public static JsonElement Only(JsonElement of, string at, params ReadOnlySpan<string> known)
    {
        foreach (var member in Object(of, at).EnumerateObject())
        {
            if (!known.Contains(member.Name))
            {
                throw new RefusedException(Application.Refusal.Invalid($"{at}.{member.Name}", "unknown_field", "There is no such parameter here."));
            }
        }

        return of;
    }

    /// <summary>Null when it is missing or null.</summary>
    public static JsonElement? Member(JsonElement of, string name) =>
        of.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    public static string? Text(JsonElement of, string name, string at)
    {
        if (Member(of, name) is not { } member)
        {
            return null;
        }

        CheckText(member, $"{at}.{name}");
        return member.ValueKind == JsonValueKind.String ? member.GetString() : throw Unsupported.Wrong($"{at}.{name}", "This must be a text.");
    }

    public static void Flag(JsonElement of, string name, string at)
    {
        if (Member(of, name) is { ValueKind: not (JsonValueKind.True or JsonValueKind.False) })
        {
            throw Unsupported.Wrong($"{at}.{name}", "This must be true or false.");
        }
    }

    /// <summary>A name as OpenAI takes them.</summary>
    public static string Name(JsonElement of, string at) =>
        Text(of, "name", at) is { } name && NamePattern().IsMatch(name)
            ? name
            : throw Unsupported.Wrong($"{at}.name", "A name has 1 to 64 letters, digits, underscores and hyphens.");

    /// <summary>No text in it may be what is no text: half of a surrogate pair, or NUL.</summary>
    public static void CheckText(JsonElement value, string at)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                if (!IsText(value))
                {
                    throw new RefusedException(
                        Application.Refusal.Invalid(at, "invalid_text", "A text in it contains NUL or half of a surrogate pair."));
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    CheckText(item, at);
                }

                break;
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    CheckText(member.Value, at);
                }

                break;
        }
    }

    private static bool IsText(JsonElement value)
    {
        try
        {
            return !value.GetString()!.Contains('\0', StringComparison.Ordinal);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,64}$")]
    private static partial Regex NamePattern();
}
