using System.Text.Json;
using MeatLizard.Application;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>What OpenAI's API has and this one does not do is refused by name: nobody is to think that it had an effect.</summary>
internal static class Unsupported
{
    /// <summary>Parameters that may only be missing, null or empty.</summary>
    public static void Refuse(params ReadOnlySpan<(string Name, JsonElement? Value)> parameters)
    {
        foreach (var (name, value) in parameters)
        {
            if (value is { } given && !IsEmpty(given))
            {
                throw Parameter(name);
            }
        }
    }

    public static RefusedException Parameter(string name) => Because(name, "unsupported_parameter", "This server does not do that. Leave the parameter out.");

    public static RefusedException Value(string name, string what) => Because(name, "unsupported_value", what);

    public static RefusedException Needed(string name) => Because(name, "field_missing", "This is needed.");

    public static RefusedException Wrong(string name, string what) => Because(name, "invalid_value", what);

    public static RefusedException Because(string name, string code, string detail) => new(Refusal.Invalid(name, code, detail));

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => true,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().MoveNext(),
        _ => false,
    };
}
