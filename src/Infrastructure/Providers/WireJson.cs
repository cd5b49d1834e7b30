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

    /// <summary>What the conversation's owner says of it; both wires have it beside the messages.</summary>
    public static string System(IReadOnlyList<ChatMessage> messages) =>
        string.Join("\n\n", messages.Where(message => message.Role == ChatRole.System).Select(message => message.Text));

    /// <summary>The turns of everybody else. Tools answer as the user, and one's turns in a row are one.</summary>
    /// <param name="told">Which contents are written.</param>
    /// <param name="write">One content, as a value.</param>
    public static void Turns(
        Utf8JsonWriter json, TurnNames names, IReadOnlyList<ChatMessage> messages, Func<AIContent, bool> told, Action<AIContent> write)
    {
        json.WriteStartArray(names.Turns);
        string? open = null;
        foreach (var message in messages.Where(message => message.Role != ChatRole.System))
        {
            var role = message.Role == ChatRole.Assistant ? names.Assistant : "user";
            foreach (var content in message.Contents.Where(told))
            {
                if (open != role)
                {
                    Close(json, open);
                    json.WriteStartObject();
                    json.WriteString("role", role);
                    json.WriteStartArray(names.Contents);
                    open = role;
                }

                write(content);
            }
        }

        Close(json, open);
        json.WriteEndArray();
    }

    /// <param name="schema">What the member is called that has a tool's schema.</param>
    public static void Declarations(Utf8JsonWriter json, string name, AIFunctionDeclaration[] tools, string schema)
    {
        json.WriteStartArray(name);
        foreach (var tool in tools)
        {
            json.WriteStartObject();
            json.WriteString("name", tool.Name);
            json.WriteString("description", tool.Description);
            json.WritePropertyName(schema);
            tool.JsonSchema.WriteTo(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Whatever a provider claims: never less than nothing, nor more than is counted in.</summary>
    public static UsageContent Usage(long prompt, long completion, long cached)
    {
        (prompt, completion, cached) = (Bounded(prompt), Bounded(completion), Bounded(cached));
        return new(new UsageDetails
        {
            InputTokenCount = prompt,
            OutputTokenCount = completion,
            TotalTokenCount = prompt + completion,
            CachedInputTokenCount = cached,
            AdditionalCounts = new() { [EngineTags.CachedTokens] = cached },
        });
    }

    public static AIFunctionDeclaration[] Tools(ChatOptions? options) => options?.ToolMode is NoneChatToolMode
        ? []
        : [.. options?.Tools?.OfType<AIFunctionDeclaration>() ?? []];

    private static long Bounded(long tokens) => Math.Clamp(tokens, 0, int.MaxValue);

    private static void Close(Utf8JsonWriter json, string? open)
    {
        if (open is not null)
        {
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }
}
