using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using MeatLizard.Application.Inference;
using MeatLizard.Infrastructure.Wire;
using Microsoft.Extensions.AI;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>Anthropic's Messages API.</summary>
internal sealed partial class AnthropicProvider(ProviderOptions options) : IProviderWire
{
    private const string Version = "2023-06-01";

    /// <summary>The API wants to be told; every model takes it.</summary>
    private const int UsualTokens = 8192;

    /// <summary>The API's scale ends here, where others go to 2.</summary>
    private const float HottestTemperature = 1;

    private static readonly TurnNames Names = new("messages", "content", "assistant");

    public static ProviderKind Kind { get; } = new(
        "Anthropic",
        "https://api.anthropic.com/v1",
        (options, time) => new StreamedChat(new AnthropicProvider(options), time));

    public HttpRequestMessage Ask(IReadOnlyList<ChatMessage> messages, ChatOptions? chat)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, options.At("/messages")) { Content = WireJson.Body(json => Write(json, messages, chat)) };
        request.Headers.Add("anthropic-version", Version);
        if (options.Key.Length > 0)
        {
            request.Headers.Add("x-api-key", options.Key);
        }

        return request;
    }

    public IProviderAnswer Begin() => new AnthropicAnswer();

    public ProviderRefusedException Refusal(int status, TimeSpan? retryAfter, byte[] body) => new(status, retryAfter);

    private void Write(Utf8JsonWriter json, IReadOnlyList<ChatMessage> messages, ChatOptions? chat)
    {
        // An answer to a tool must bring what was thought before the call, which nobody has kept.
        var thinks = options.Thinking.Length > 0 && messages[^1].Role != ChatRole.Tool;
        var budget = int.TryParse(options.Thinking, NumberStyles.None, CultureInfo.InvariantCulture, out var tokens) ? tokens : 0;
        json.WriteString("model", chat?.ModelId ?? options.ListModels()[0]);
        json.WriteBoolean("stream", true);
        json.WriteNumber("max_tokens", (chat?.MaxOutputTokens ?? UsualTokens) + (thinks ? budget : 0));
        if (thinks)
        {
            WriteThinking(json, budget);
        }
        else
        {
            WriteSampling(json, chat);
        }

        CompletionBody.Stops(json, "stop_sequences", chat);
        WriteFormat(json, chat?.ResponseFormat as ChatResponseFormatJson);
        WriteTools(json, WireJson.Tools(chat), chat);
        var system = WireJson.System(messages);
        if (system.Length > 0)
        {
            json.WriteString("system", system);
        }

        WireJson.Turns(json, Names, messages, IsTold, content => WriteContent(json, content));
    }

    private static void WriteThinking(Utf8JsonWriter json, int budget)
    {
        json.WriteStartObject("thinking");
        json.WriteString("type", budget > 0 ? "enabled" : "adaptive");
        if (budget > 0)
        {
            json.WriteNumber("budget_tokens", budget);
        }
        else
        {
            json.WriteString("display", "summarized");
        }

        json.WriteEndObject();
    }

    private static void WriteSampling(Utf8JsonWriter json, ChatOptions? chat)
    {
        if (chat?.Temperature is { } temperature)
        {
            json.WriteNumber("temperature", Math.Min(temperature, HottestTemperature));
        }

        if (chat?.TopP is { } topP)
        {
            json.WriteNumber("top_p", topP);
        }
    }

    private static void WriteFormat(Utf8JsonWriter json, ChatResponseFormatJson? format)
    {
        if (format is null)
        {
            return;
        }

        if (format.Schema is not { } schema)
        {
            throw new EngineException(
                EngineException.Refused, "Anthropic's models answer in JSON by a schema only. Give one (json_schema).", retryable: false);
        }

        json.WriteStartObject("output_config");
        json.WriteStartObject("format");
        json.WriteString("type", "json_schema");
        json.WritePropertyName("schema");
        schema.WriteTo(json);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteTools(Utf8JsonWriter json, AIFunctionDeclaration[] tools, ChatOptions? chat)
    {
        if (tools.Length == 0)
        {
            return;
        }

        WireJson.Declarations(json, "tools", tools, "input_schema");
        var required = chat?.ToolMode as RequiredChatToolMode;
        json.WriteStartObject("tool_choice");
        json.WriteString("type", required is null ? "auto" : required.RequiredFunctionName is null ? "any" : "tool");
        if (required?.RequiredFunctionName is { } name)
        {
            json.WriteString("name", name);
        }

        if (chat?.AllowMultipleToolCalls is { } several)
        {
            json.WriteBoolean("disable_parallel_tool_use", !several);
        }

        json.WriteEndObject();
    }

    /// <summary>Its earlier thoughts are not: they are taken with its own signature alone.</summary>
    private static bool IsTold(AIContent content) =>
        content is FunctionCallContent or FunctionResultContent or DataContent || (content is TextContent text && !string.IsNullOrWhiteSpace(text.Text));

    private static void WriteContent(Utf8JsonWriter json, AIContent content)
    {
        json.WriteStartObject();
        switch (content)
        {
            case TextContent text:
                json.WriteString("type", "text");
                json.WriteString("text", text.Text);
                break;
            case DataContent image:
                json.WriteString("type", "image");
                json.WriteStartObject("source");
                json.WriteString("type", "base64");
                json.WriteString("media_type", image.MediaType);
                json.WriteString("data", image.Base64Data.Span);
                json.WriteEndObject();
                break;
            case FunctionCallContent call:
                json.WriteString("type", "tool_use");
                json.WriteString("id", Id(call.CallId));
                json.WriteString("name", call.Name);
                json.WritePropertyName("input");
                ToolJson.WriteArguments(json, call);
                break;
            case FunctionResultContent result:
                json.WriteString("type", "tool_result");
                json.WriteString("tool_use_id", Id(result.CallId));
                json.WriteString("content", ToolJson.Result(result));
                break;
        }

        json.WriteEndObject();
    }

    /// <summary>A call that another engine has made may have a name that this API does not take.</summary>
    private static string Id(string call) => Untaken().Replace(call, "_");

    [GeneratedRegex("[^a-zA-Z0-9_-]")]
    private static partial Regex Untaken();
}
