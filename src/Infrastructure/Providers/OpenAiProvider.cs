using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using OpenAI;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>Whoever speaks OpenAI's API.</summary>
internal static class OpenAiProvider
{
    public const string Kind = "OpenAI";

    /// <summary>What 408, 429 and 5xx refused before any text is asked again twice, by Retry-After or after growing pauses.</summary>
    private const int Retries = 2;

    public static IChatClient Open(ProviderOptions options) => new OpenAIClient(
            new ApiKeyCredential(options.Key.Length > 0 ? options.Key : "none"),
            new OpenAIClientOptions
            {
                Endpoint = new Uri(options.BaseUrl),
                NetworkTimeout = options.Patience,
                RetryPolicy = new ClientRetryPolicy(Retries),
            })
        .GetChatClient(options.ListModels()[0])
        .AsIChatClient();
}
