using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using MeatLizard.Application;

namespace MeatLizard.Presentation.Api.Calls;

/// <summary>Reads what callers send, and turns what the reader complains about into a refusal that names the field.</summary>
internal static partial class StrictJson
{
    public static async ValueTask<T> Read<T>(PipeReader body, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(body, type, cancellationToken) ?? throw Nothing();
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            throw new RefusedException(Explain(wrong));
        }
    }

    public static T Read<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw Nothing();
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            throw new RefusedException(Explain(wrong));
        }
    }

    private static RefusedException Nothing() => new(new(RefusalKind.Invalid, "invalid_json", "The body must be a JSON object, not null."));

    private static Refusal Explain(Exception wrong)
    {
        // The text reader's own complaints come wrapped in one of the serializer's.
        if (wrong is not JsonException { InnerException: not JsonException } json)
        {
            return wrong is JsonException { Path: { } path, InnerException: null } unwrapped
                ? ExplainField(unwrapped, path)
                : new(RefusalKind.Invalid, "invalid_json", "The body is not valid JSON, or is nested more than 32 deep.");
        }

        return ExplainField(json, json.Path);
    }

    private static Refusal ExplainField(JsonException wrong, string? path)
    {
        var field = FieldOf(path);
        if (wrong is FieldException known)
        {
            return Refusal.Invalid(Join(field, known.Field), known.Code, known.Message);
        }

        if (Unmapped().Match(wrong.Message) is { Success: true } unmapped)
        {
            return Refusal.Invalid(Named(field, unmapped.Groups[1].Value), "unknown_field", "There is no such field here.");
        }

        if (wrong.Message.Contains("uplicate", StringComparison.Ordinal) && Quoted().Match(wrong.Message) is { Success: true } twice)
        {
            return Refusal.Invalid(Named(field, twice.Groups[1].Value), "duplicate_field", "The field stands there twice.");
        }

        if (wrong.Message.Contains("missing required", StringComparison.Ordinal))
        {
            var missing = Quoted().Matches(wrong.Message[wrong.Message.IndexOf("missing required", StringComparison.Ordinal)..]);
            return new(RefusalKind.Invalid, "field_missing", "A field that is needed is missing.")
            {
                Errors = missing.ToDictionary(match => Join(field, match.Groups[1].Value), _ => (string[])["This field is needed."]),
            };
        }

        return Refusal.Invalid(field.Length == 0 ? "body" : field, "invalid_value", "The value is of the wrong kind or out of range.");
    }

    /// <summary><c>$.content[1].type</c> is <c>content[1].type</c> to a caller.</summary>
    private static string FieldOf(string? path) => path switch
    {
        null or "$" => "",
        _ when path.StartsWith("$.", StringComparison.Ordinal) => path[2..],
        _ => path,
    };

    private static string Named(string path, string name) =>
        path == name || path.EndsWith("." + name, StringComparison.Ordinal) ? path : Join(path, name);

    private static string Join(string path, string name) => path.Length == 0 || name.Length == 0 || name[0] == '['
        ? path + name
        : $"{path}.{name}";

    [GeneratedRegex("^The JSON property '(.*)' could not be mapped")]
    private static partial Regex Unmapped();

    [GeneratedRegex("'([^']*)'")]
    private static partial Regex Quoted();
}
