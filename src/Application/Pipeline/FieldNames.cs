using System.Text.Json;

namespace MeatLizard.Application.Pipeline;

internal static class FieldNames
{
    /// <summary><c>Settings.SystemPrompt</c> is <c>system_prompt</c> to a caller: the outermost wrapper is ours, not theirs.</summary>
    public static string ToWire(string property) =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(property[(property.LastIndexOf('.') + 1)..]);
}
