using System.Globalization;
using System.Text.Json;
using MeatLizard.Application.Inference;
using MeatLizard.Infrastructure.Wire;
using Microsoft.Extensions.AI;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>Google's Gemini API.</summary>
internal sealed class GeminiProvider(ProviderOptions options) : IProviderWire
{
    private static readonly TurnNames Names = new("contents", "parts", "model");

    private readonly GeminiSignatures _signatures = new();

    public static ProviderKind Kind { get; } = new(
        "Gemini",
        "https://generativelanguage.googleapis.com/v1beta",
        (options, time) => new StreamedChat(new GeminiProvider(options), time));

    public HttpRequestMessage Ask(IReadOnlyList<ChatMessage> messages, ChatOptions? chat)
    {
        var model = chat?.ModelId ?? options.ListModels()[0];
        var request = new HttpRequestMessage(
            HttpMethod.Post, $"{options.BaseUrl.TrimEnd('/')}/models/{Uri.EscapeDataString(model)}:streamGenerateContent?alt=sse")
        {
            Content = WireJson.Body(json => Write(json, messages, chat, model)),
        };
        if (options.Key.Length > 0)
        {
            request.Headers.Add("x-goog-api-key", options.Key);
        }

        return request;
    }

    public IProviderAnswer Begin() => new GeminiAnswer(_signatures);

    /// <summary>A key that is none is a bad request here, and how long to wait stands in the body.</summary>
    public ProviderRefusedException Refusal(int status, TimeSpan? retryAfter, byte[] body)
    {
        try
        {
            return GeminiRefusal.Of(status, retryAfter, JsonSerializer.Deserialize(body, GeminiJson.Default.GeminiChunk)?.Error);
        }
        catch (JsonException)
        {
            return new(status, retryAfter);
        }
    }

    private void Write(Utf8JsonWriter json, IReadOnlyList<ChatMessage> messages, ChatOptions? chat, string model)
    {
        var system = WireJson.System(messages);
        if (system.Length > 0)
        {
            json.WriteStartObject("systemInstruction");
            json.WriteStartArray("parts");
            WriteText(json, system);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        WriteMessages(json, messages, model);
        WriteTools(json, WireJson.Tools(chat), chat);
        json.WriteStartObject("generationConfig");
        WriteSampling(json, chat);
        WriteFormat(json, chat?.ResponseFormat as ChatResponseFormatJson);
        if (options.Thinking.Length > 0)
        {
            json.WriteStartObject("thinkingConfig");
            json.WriteBoolean("includeThoughts", true);
            if (int.TryParse(options.Thinking, NumberStyles.None, CultureInfo.InvariantCulture, out var budget))
            {
                json.WriteNumber("thinkingBudget", budget);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteSampling(Utf8JsonWriter json, ChatOptions? chat)
    {
        WriteNumber(json, "temperature", chat?.Temperature);
        WriteNumber(json, "topP", chat?.TopP);
        WriteNumber(json, "frequencyPenalty", chat?.FrequencyPenalty);
        WriteNumber(json, "presencePenalty", chat?.PresencePenalty);
        if (chat?.MaxOutputTokens is { } most)
        {
            json.WriteNumber("maxOutputTokens", most);
        }

        // Its seed is a whole number of 32 bits.
        if (chat?.Seed is { } seed)
        {
            json.WriteNumber("seed", unchecked((int)seed));
        }

        CompletionBody.Stops(json, "stopSequences", chat);
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, float? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    private static void WriteFormat(Utf8JsonWriter json, ChatResponseFormatJson? format)
    {
        if (format is null)
        {
            return;
        }

        json.WriteString("responseMimeType", "application/json");
        if (format.Schema is { } schema)
        {
            json.WritePropertyName("responseJsonSchema");
            schema.WriteTo(json);
        }
    }

    private static void WriteTools(Utf8JsonWriter json, AIFunctionDeclaration[] tools, ChatOptions? chat)
    {
        if (tools.Length == 0)
        {
            return;
        }

        json.WriteStartArray("tools");
        json.WriteStartObject();
        WireJson.Declarations(json, "functionDeclarations", tools, "parametersJsonSchema");
        json.WriteEndObject();
        json.WriteEndArray();
        if (chat?.ToolMode is RequiredChatToolMode required)
        {
            json.WriteStartObject("toolConfig");
            json.WriteStartObject("functionCallingConfig");
            json.WriteString("mode", "ANY");
            if (required.RequiredFunctionName is { } name)
            {
                json.WriteStartArray("allowedFunctionNames");
                json.WriteStringValue(name);
                json.WriteEndArray();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    /// <summary>Tools answer by their name, and not by their call's.</summary>
    private void WriteMessages(Utf8JsonWriter json, IReadOnlyList<ChatMessage> messages, string model)
    {
        var called = messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>()
            .GroupBy(call => call.CallId).ToDictionary(calls => calls.Key, calls => calls.First().Name);
        WireJson.Turns(json, Names, messages, IsTold, content => WritePart(json, content, called, model));
    }

    private static bool IsTold(AIContent content) =>
        content is FunctionCallContent or FunctionResultContent or DataContent or TextContent { Text.Length: > 0 };

    private void WritePart(Utf8JsonWriter json, AIContent content, Dictionary<string, string> called, string model)
    {
        switch (content)
        {
            case TextContent text:
                WriteText(json, text.Text);
                break;
            case DataContent { MediaType: "image/gif" }:
                throw new EngineException(EngineException.Refused, "Gemini's models take no gif. Send a png, jpeg or webp.", retryable: false);
            case DataContent image:
                json.WriteStartObject();
                json.WriteStartObject("inlineData");
                json.WriteString("mimeType", image.MediaType);
                json.WriteString("data", image.Base64Data.Span);
                json.WriteEndObject();
                json.WriteEndObject();
                break;
            case FunctionCallContent call:
                json.WriteStartObject();
                json.WriteStartObject("functionCall");
                json.WriteString("name", call.Name);
                json.WritePropertyName("args");
                ToolJson.WriteArguments(json, call);
                json.WriteEndObject();
                if (_signatures.Of(call.CallId, model) is { } signature)
                {
                    json.WriteString("thoughtSignature", signature);
                }

                json.WriteEndObject();
                break;
            case FunctionResultContent result:
                json.WriteStartObject();
                json.WriteStartObject("functionResponse");
                json.WriteString("name", called.GetValueOrDefault(result.CallId) ?? "unknown");
                json.WriteStartObject("response");
                json.WriteString("result", ToolJson.Result(result));
                json.WriteEndObject();
                json.WriteEndObject();
                json.WriteEndObject();
                break;
        }
    }

    private static void WriteText(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("text", text);
        json.WriteEndObject();
    }
}
