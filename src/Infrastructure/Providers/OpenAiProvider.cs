using System.Net.Http.Headers;
using System.Text.Json;
using MeatLizard.Infrastructure.Wire;
using Microsoft.Extensions.AI;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>OpenAI's chat completions, as OpenAI itself and many others have them.</summary>
internal sealed class OpenAiProvider(ProviderOptions options) : IProviderWire
{
    /// <summary>The word that everybody knows, but OpenAI's newer models refuse.</summary>
    private const string MostTokens = "max_tokens";

    private const string MostTokensOfNewer = "max_completion_tokens";
    private const int BadRequest = 400;
    private const string Unsupported = "unsupported_parameter";

    /// <summary>Where OpenAI's own models are had. Whoever else has them, says so when asked.</summary>
    private static readonly string[] Newer = ["openai.com", "azure.com", "azure.us", "azure.cn", "github.ai"];

    private volatile string _mostTokens = IsNewer(options.BaseUrl) ? MostTokensOfNewer : MostTokens;

    public static ProviderKind Kind { get; } = new(
        "OpenAI",
        "https://api.openai.com/v1",
        (options, time) => new StreamedChat(new OpenAiProvider(options), time));

    public HttpRequestMessage Ask(IReadOnlyList<ChatMessage> messages, ChatOptions? chat)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, options.At("/chat/completions"))
        {
            Content = WireJson.Body(json => Write(json, messages, chat)),
        };
        if (options.Key.Length > 0)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.Key);
        }

        return request;
    }

    public IProviderAnswer Begin() => new OpenAiAnswer();

    public ProviderRefusedException Refusal(int status, TimeSpan? retryAfter, byte[] body)
    {
        // Also when it has been told the newer word meanwhile: this question was not.
        if (status != BadRequest || Error(body) is not { Word: Unsupported, Param: MostTokens })
        {
            return new(status, retryAfter);
        }

        _mostTokens = MostTokensOfNewer;
        return new(status) { IsOfTheWording = true };
    }

    private static bool IsNewer(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && Newer.Any(domain => uri.Host.Equals(domain, StringComparison.OrdinalIgnoreCase) || uri.Host.EndsWith($".{domain}", StringComparison.OrdinalIgnoreCase));

    private static OpenAiError? Error(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, OpenAiJson.Default.OpenAiChunk)?.Error;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Write(Utf8JsonWriter json, IReadOnlyList<ChatMessage> messages, ChatOptions? chat)
    {
        json.WriteString("model", chat?.ModelId ?? options.ListModels()[0]);
        json.WriteBoolean("stream", true);
        json.WriteStartObject("stream_options");
        json.WriteBoolean("include_usage", true);
        json.WriteEndObject();
        CompletionBody.Sampling(json, chat, _mostTokens);
        CompletionBody.Format(json, chat);
        CompletionBody.Tools(json, [.. chat?.Tools?.OfType<AIFunctionDeclaration>() ?? []], chat, byName: true);

        // Some refuse what was thought before, and none needs it.
        CompletionBody.Messages(json, messages, chat, withThoughts: false);
    }
}
