using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;
using MeatLizard.Application.Inference;
using Microsoft.Extensions.AI;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>What the bodies of all our clients are made with.</summary>
internal static class WireJson
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    /// <param name="write">The members of the one object.</param>
    public static HttpContent Body(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return new ReadOnlyMemoryContent(buffer.WrittenMemory) { Headers = { ContentType = Json } };
    }

    /// <summary>The arguments of a call as an object, whatever the model wrote.</summary>
    public static void WriteArguments(Utf8JsonWriter json, string name, FunctionCallContent call)
    {
        json.WritePropertyName(name);
        JsonSerializer.Serialize(
            json,
            call.Arguments ?? new Dictionary<string, object?>(),
            AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(IDictionary<string, object?>)));
    }

    public static string Text(FunctionResultContent result) => result.Result switch
    {
        null => "",
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } text => text.GetString()!,
        var other => JsonSerializer.Serialize(other, AIJsonUtilities.DefaultOptions.GetTypeInfo(other.GetType())),
    };

    /// <summary>A tool call that has come whole.</summary>
    /// <param name="arguments">As the model wrote them.</param>
    public static FunctionCallContent Call(string? id, string? name, string arguments) =>
        new(id ?? $"call_{Guid.NewGuid():N}", name ?? "", Arguments(arguments))
        {
            AdditionalProperties = new() { [EngineTags.Arguments] = arguments },
        };

    public static UsageContent Usage(long prompt, long completion, long cached) => new(new UsageDetails
    {
        InputTokenCount = prompt,
        OutputTokenCount = completion,
        TotalTokenCount = prompt + completion,
        CachedInputTokenCount = cached,
        AdditionalCounts = new() { [EngineTags.CachedTokens] = cached },
    });

    public static AIFunctionDeclaration[] Tools(ChatOptions? options) => options?.ToolMode is NoneChatToolMode
        ? []
        : [.. options?.Tools?.OfType<AIFunctionDeclaration>() ?? []];

    private static Dictionary<string, object?> Arguments(string text)
    {
        try
        {
            using var parsed = JsonDocument.Parse(text);
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
