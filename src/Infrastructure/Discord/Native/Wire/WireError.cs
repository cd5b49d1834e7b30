using System.Text.Json;

namespace MeatLizard.Infrastructure.Discord.Native.Wire;

/// <param name="RetryAfter">Seconds; only of a 429.</param>
internal sealed record WireError(int? Code, JsonElement? Errors, double? RetryAfter, bool? Global)
{
    private const int Most = 5;

    /// <summary>Names of the fields that were refused, with Discord's word for each; never the values.</summary>
    public string Fields()
    {
        var found = new List<string>();
        if (Errors is { } errors)
        {
            Walk(errors, "", found);
        }

        return string.Join(", ", found);
    }

    private static void Walk(JsonElement element, string path, List<string> found)
    {
        if (element.ValueKind != JsonValueKind.Object || found.Count >= Most)
        {
            return;
        }

        foreach (var property in element.EnumerateObject())
        {
            if (property.Name == "_errors" && property.Value.ValueKind == JsonValueKind.Array)
            {
                found.AddRange(
                    from error in property.Value.EnumerateArray()
                    where error.ValueKind == JsonValueKind.Object && error.TryGetProperty("code", out _)
                    select $"{path} {error.GetProperty("code")}");
            }
            else
            {
                Walk(property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}", found);
            }
        }
    }
}
