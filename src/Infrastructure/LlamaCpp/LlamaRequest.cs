using System.Buffers;
using System.Text.Json;
using MeatLizard.Application.Inference;
using Microsoft.Extensions.AI;

namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>Writes the body of llama-server's /v1/chat/completions.</summary>
internal static class LlamaRequest
{
    /// <summary>Characters that make less than the 2,048 tokens which llama-server reads at a time, whatever the language.</summary>
    private const int OneBatch = 500;

    public static ReadOnlyMemory<byte> Body(IReadOnlyCollection<ChatMessage> messages, ChatOptions? options, string model, int slot)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("model", model);
            json.WriteBoolean("stream", true);
            json.WriteStartObject("stream_options");
            json.WriteBoolean("include_usage", true);
            json.WriteEndObject();
            json.WriteBoolean("cache_prompt", true);
            // Progress comes with every batch: of a prompt that is one batch it tells nothing, and each word that is said while the first
            // token is made takes a processor from those who make it.
            if (messages.Sum(message => message.Text.Length) > OneBatch || messages.Any(HasImage))
                json.WriteBoolean("return_progress", true);
            json.WriteNumber("id_slot", slot);
            if (options is not null)
                WriteOptions(json, options);
            json.WriteStartArray("messages");
            if (!string.IsNullOrEmpty(options?.Instructions))
                WriteMessage(json, "system", options.Instructions);
            foreach (var message in messages)
                WriteMessage(json, message);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }

    public static bool HasImage(ChatMessage message) => message.Contents.Any(content => content is DataContent);

    public static string? Session(ChatOptions? options) =>
        options?.AdditionalProperties?.TryGetValue(EngineTags.Session, out var value) == true ? value as string : null;

    private static void WriteOptions(Utf8JsonWriter json, ChatOptions options)
    {
        if (options.MaxOutputTokens is { } most)
            json.WriteNumber("max_tokens", most);
        if (options.Temperature is { } temperature)
            json.WriteNumber("temperature", temperature);
        if (options.TopP is { } topP)
            json.WriteNumber("top_p", topP);
        if (options.TopK is { } topK)
            json.WriteNumber("top_k", topK);
        if (options.FrequencyPenalty is { } frequency)
            json.WriteNumber("frequency_penalty", frequency);
        if (options.PresencePenalty is { } presence)
            json.WriteNumber("presence_penalty", presence);
        if (options.Seed is { } seed)
            json.WriteNumber("seed", seed);
        if (options.StopSequences is { Count: > 0 } stops)
        {
            json.WriteStartArray("stop");
            foreach (var stop in stops)
                json.WriteStringValue(stop);
            json.WriteEndArray();
        }
        if (options.ResponseFormat is ChatResponseFormatJson format)
            WriteFormat(json, format);
        if (Tools(options) is { Length: > 0 } tools)
            WriteTools(json, tools, options);
    }

    /// <summary>llama-server can be told to call some tool, and not which; so it is shown that one alone.</summary>
    private static AIFunctionDeclaration[]? Tools(ChatOptions options) => options.Tools?.OfType<AIFunctionDeclaration>()
        .Where(x => options.ToolMode is not RequiredChatToolMode { RequiredFunctionName: { } name } || x.Name == name)
        .ToArray();

    private static void WriteFormat(Utf8JsonWriter json, ChatResponseFormatJson format)
    {
        json.WriteStartObject("response_format");
        json.WriteString("type", format.Schema is null ? "json_object" : "json_schema");
        if (format.Schema is { } schema)
        {
            json.WriteStartObject("json_schema");
            json.WriteString("name", format.SchemaName ?? "answer");
            json.WritePropertyName("schema");
            schema.WriteTo(json);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteTools(Utf8JsonWriter json, AIFunctionDeclaration[] tools, ChatOptions options)
    {
        json.WriteStartArray("tools");
        foreach (var tool in tools)
        {
            json.WriteStartObject();
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", tool.Name);
            json.WriteString("description", tool.Description);
            json.WritePropertyName("parameters");
            tool.JsonSchema.WriteTo(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (options.ToolMode is RequiredChatToolMode)
            json.WriteString("tool_choice", "required");
        else if (options.ToolMode is NoneChatToolMode)
            json.WriteString("tool_choice", "none");
        if (options.AllowMultipleToolCalls is { } several)
            json.WriteBoolean("parallel_tool_calls", several);
    }

    private static void WriteMessage(Utf8JsonWriter json, ChatMessage message)
    {
        if (message.Role == ChatRole.Tool)
        {
            foreach (var result in message.Contents.OfType<FunctionResultContent>())
            {
                json.WriteStartObject();
                json.WriteString("role", "tool");
                json.WriteString("tool_call_id", result.CallId);
                json.WriteString("content", Text(result.Result));
                json.WriteEndObject();
            }
            return;
        }
        var calls = message.Contents.OfType<FunctionCallContent>().ToArray();
        var reasoning = string.Concat(message.Contents.OfType<TextReasoningContent>().Select(x => x.Text));
        if (calls.Length == 0 && reasoning.Length == 0)
        {
            json.WriteStartObject();
            json.WriteString("role", message.Role.Value);
            WriteContent(json, message);
            json.WriteEndObject();
            return;
        }
        json.WriteStartObject();
        json.WriteString("role", message.Role.Value);
        WriteContent(json, message);
        if (reasoning.Length > 0)
            json.WriteString("reasoning_content", reasoning);
        if (calls.Length > 0)
        {
            json.WriteStartArray("tool_calls");
            foreach (var call in calls)
                WriteCall(json, call);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter json, ChatMessage message)
    {
        if (!HasImage(message))
        {
            json.WriteString("content", message.Text);
            return;
        }
        json.WriteStartArray("content");
        foreach (var content in message.Contents)
        {
            if (content is TextContent text)
            {
                json.WriteStartObject();
                json.WriteString("type", "text");
                json.WriteString("text", text.Text);
                json.WriteEndObject();
            }
            else if (content is DataContent image)
            {
                json.WriteStartObject();
                json.WriteString("type", "image_url");
                json.WriteStartObject("image_url");
                json.WriteString("url", image.Uri);
                json.WriteEndObject();
                json.WriteEndObject();
            }
        }
        json.WriteEndArray();
    }

    private static void WriteMessage(Utf8JsonWriter json, string role, string text)
    {
        json.WriteStartObject();
        json.WriteString("role", role);
        json.WriteString("content", text);
        json.WriteEndObject();
    }

    private static void WriteCall(Utf8JsonWriter json, FunctionCallContent call)
    {
        json.WriteStartObject();
        json.WriteString("id", call.CallId);
        json.WriteString("type", "function");
        json.WriteStartObject("function");
        json.WriteString("name", call.Name);
        json.WriteString("arguments", JsonSerializer.Serialize(
            call.Arguments ?? new Dictionary<string, object?>(),
            AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(IDictionary<string, object?>))));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Text(object? result) => result switch
    {
        null => "",
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } text => text.GetString()!,
        JsonElement element => element.GetRawText(),
        _ => JsonSerializer.Serialize(result, AIJsonUtilities.DefaultOptions.GetTypeInfo(result.GetType())),
    };
}
