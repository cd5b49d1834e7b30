using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MeatLizard.Application.Inference;
using Microsoft.Extensions.AI;

namespace MeatLizard.Infrastructure.Wire;

/// <summary>Tool calls and their results, between an engine's wire and the words of Microsoft.Extensions.AI.</summary>
internal static class ToolJson
{
    /// <summary>Letters of every language as they are: escaped they would be six times as many tokens.</summary>
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A call that has come whole.</summary>
    /// <param name="id">Null or empty where the engine has none for its calls: it is given one.</param>
    /// <param name="arguments">As the model wrote them.</param>
    public static FunctionCallContent Call(string? id, string? name, string arguments) =>
        new(string.IsNullOrEmpty(id) ? $"call_{Guid.NewGuid():N}" : id, name ?? "", Parse(arguments))
        {
            AdditionalProperties = new() { [EngineTags.Arguments] = arguments },
        };

    /// <summary>The arguments of a call as an object, whatever the model wrote.</summary>
    public static void WriteArguments(Utf8JsonWriter json, FunctionCallContent call) => JsonSerializer.Serialize(
        json,
        call.Arguments ?? new Dictionary<string, object?>(),
        AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(IDictionary<string, object?>)));

    /// <summary>The same as a text, without spaces, for each of them is read by a model.</summary>
    public static string Arguments(FunctionCallContent call)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            WriteArguments(json, call);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>What a tool has answered, as a text.</summary>
    public static string Result(FunctionResultContent result) => result.Result switch
    {
        null => "",
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } text => text.GetString()!,
        JsonElement element => element.GetRawText(),
        var other => JsonSerializer.Serialize(other, AIJsonUtilities.DefaultOptions.GetTypeInfo(other.GetType())),
    };

    private static Dictionary<string, object?> Parse(string arguments)
    {
        try
        {
            using var parsed = JsonDocument.Parse(arguments);
            return parsed.RootElement.ValueKind == JsonValueKind.Object
                ? parsed.RootElement.EnumerateObject().DistinctBy(one => one.Name).ToDictionary(one => one.Name, object? (one) => one.Value.Clone())
                : [];
        }
        catch (JsonException)
        {
            // The model was cut off or wrong: whoever runs the tool answers that its arguments are missing.
            return [];
        }
    }
}
