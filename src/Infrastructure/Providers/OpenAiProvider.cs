using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using OpenAI;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>Whoever speaks OpenAI's API.</summary>
internal static class OpenAiProvider
{
    public static ProviderKind Kind { get; } = new("OpenAI", "https://api.openai.com/v1", (options, _) => Open(options));

    /// <summary>Trying again is the business of <see cref="RetriedChat"/>, for all kinds alike.</summary>
    private const int Retries = 0;

    private static IChatClient Open(ProviderOptions options) => new OpenAIClient(
            new ApiKeyCredential(options.Key.Length > 0 ? options.Key : "none"),
            new OpenAIClientOptions
            {
                Endpoint = new Uri(options.BaseUrl),

                // Beyond the silence that GuardedChat allows, so that it is always that one which strikes.
                NetworkTimeout = options.Patience * 2,
                RetryPolicy = new ClientRetryPolicy(Retries),
            })
        .GetChatClient(options.ListModels()[0])
        .AsIChatClient();
}
