using System.Text.Json;
using MeatLizard.Application.Inference;
using Microsoft.Extensions.AI;

namespace MeatLizard.Infrastructure.Wire;

/// <summary>What a question to OpenAI's API and one to llama-server have in common: the members of a chat completion's body.</summary>
internal static class CompletionBody
{
    private const string UnnamedSchema = "answer";

    /// <param name="mostTokens">What the member is called that bounds the answer.</param>
    public static void Sampling(Utf8JsonWriter json, ChatOptions? options, string mostTokens)
    {
        if (options is null)
        {
            return;
        }

        Number(json, mostTokens, options.MaxOutputTokens);
        Number(json, "temperature", options.Temperature);
        Number(json, "top_p", options.TopP);
        Number(json, "frequency_penalty", options.FrequencyPenalty);
        Number(json, "presence_penalty", options.PresencePenalty);
        Number(json, "seed", options.Seed);
        Stops(json, "stop", options);
    }

    public static void Stops(Utf8JsonWriter json, string name, ChatOptions? options)
    {
        if (options?.StopSequences is { Count: > 0 } stops)
        {
            json.WriteStartArray(name);
            foreach (var stop in stops)
            {
                json.WriteStringValue(stop);
            }

            json.WriteEndArray();
        }
    }

    public static void Format(Utf8JsonWriter json, ChatOptions? options)
    {
        if (options?.ResponseFormat is not ChatResponseFormatJson format)
        {
            return;
        }

        json.WriteStartObject("response_format");
        json.WriteString("type", format.Schema is null ? "json_object" : "json_schema");
        if (format.Schema is { } schema)
        {
            json.WriteStartObject("json_schema");
            json.WriteString("name", format.SchemaName ?? UnnamedSchema);
            json.WritePropertyName("schema");
            schema.WriteTo(json);
            Strict(json, options.AdditionalProperties);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <param name="tools">Those that are shown; without any nothing is written.</param>
    /// <param name="byName">Whether it can be said which one must be called.</param>
    public static void Tools(Utf8JsonWriter json, AIFunctionDeclaration[] tools, ChatOptions? options, bool byName)
    {
        if (tools.Length == 0)
        {
            return;
        }

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
            Strict(json, tool.AdditionalProperties);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Choice(json, options?.ToolMode, byName);
        if (options?.AllowMultipleToolCalls is { } several)
        {
            json.WriteBoolean("parallel_tool_calls", several);
        }
    }

    /// <param name="withThoughts">Whether what the model thought before is told again.</param>
    public static void Messages(Utf8JsonWriter json, IEnumerable<ChatMessage> messages, ChatOptions? options, bool withThoughts)
    {
        json.WriteStartArray("messages");
        if (!string.IsNullOrEmpty(options?.Instructions))
        {
            json.WriteStartObject();
            json.WriteString("role", ChatRole.System.Value);
            json.WriteString("content", options.Instructions);
            json.WriteEndObject();
        }

        foreach (var message in messages)
        {
            if (message.Role == ChatRole.Tool)
            {
                Results(json, message);
            }
            else
            {
                Message(json, message, withThoughts);
            }
        }

        json.WriteEndArray();
    }

    public static bool HasImage(ChatMessage message) => message.Contents.Any(content => content is DataContent);

    private static void Number(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    private static void Number(Utf8JsonWriter json, string name, float? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    /// <summary>Only if the caller has said so: not every schema may be followed strictly everywhere.</summary>
    private static void Strict(Utf8JsonWriter json, IReadOnlyDictionary<string, object?>? properties)
    {
        if (properties is not null && properties.TryGetValue(EngineTags.Strict, out var value) && value is bool strict)
        {
            json.WriteBoolean("strict", strict);
        }
    }

    private static void Choice(Utf8JsonWriter json, ChatToolMode? mode, bool byName)
    {
        switch (mode)
        {
            case RequiredChatToolMode { RequiredFunctionName: { } name } when byName:
                json.WriteStartObject("tool_choice");
                json.WriteString("type", "function");
                json.WriteStartObject("function");
                json.WriteString("name", name);
                json.WriteEndObject();
                json.WriteEndObject();
                break;
            case RequiredChatToolMode:
                json.WriteString("tool_choice", "required");
                break;
            case NoneChatToolMode:
                json.WriteString("tool_choice", "none");
                break;
        }
    }

    private static void Results(Utf8JsonWriter json, ChatMessage message)
    {
        foreach (var result in message.Contents.OfType<FunctionResultContent>())
        {
            json.WriteStartObject();
            json.WriteString("role", ChatRole.Tool.Value);
            json.WriteString("tool_call_id", result.CallId);
            json.WriteString("content", ToolJson.Result(result));
            json.WriteEndObject();
        }
    }

    private static void Message(Utf8JsonWriter json, ChatMessage message, bool withThoughts)
    {
        json.WriteStartObject();
        json.WriteString("role", message.Role.Value);
        Content(json, message);
        if (withThoughts && message.Contents.Any(content => content is TextReasoningContent { Text.Length: > 0 }))
        {
            json.WriteString("reasoning_content", string.Concat(message.Contents.OfType<TextReasoningContent>().Select(thought => thought.Text)));
        }

        if (message.Contents.Any(content => content is FunctionCallContent))
        {
            json.WriteStartArray("tool_calls");
            foreach (var call in message.Contents.OfType<FunctionCallContent>())
            {
                json.WriteStartObject();
                json.WriteString("id", call.CallId);
                json.WriteString("type", "function");
                json.WriteStartObject("function");
                json.WriteString("name", call.Name);
                json.WriteString("arguments", ToolJson.Arguments(call));
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void Content(Utf8JsonWriter json, ChatMessage message)
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
}
