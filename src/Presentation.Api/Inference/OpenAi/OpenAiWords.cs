using MeatLizard.Presentation.Api.Calls;
using MeatLizard.Presentation.Api.Identity;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>What the endpoints under /v1 say about themselves.</summary>
internal static class OpenAiWords
{
    /// <summary>How it may refuse, in OpenAI's envelope.</summary>
    public static RouteHandlerBuilder RefusesInTheirWords(this RouteHandlerBuilder endpoint, params int[] statuses)
    {
        foreach (var status in statuses)
        {
            endpoint.Produces<OpenAiErrorContract>(status, "application/json");
        }

        return endpoint;
    }

    /// <summary>Counts against the limits as a message does, and may find nobody who answers.</summary>
    public static RouteHandlerBuilder AsksModel(this RouteHandlerBuilder endpoint) =>
        endpoint.AddEndpointFilter(MessageLimit.Apply).WithMetadata(new HeaderParameter(CacheHeader.Name, CacheHeader.Description))
            .RefusesInTheirWords(400, 401, 403, 404, 413, 415, 429, 503);
}
