using MeatLizard.Presentation.Api.Identity;

namespace MeatLizard.Presentation.Api.Calls;

/// <summary>What endpoints say about themselves.</summary>
internal static class EndpointWords
{
    /// <summary>How it may refuse, as problem+json.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params int[] statuses)
    {
        foreach (var status in statuses)
        {
            endpoint.Produces<Problem>(status, ApiProblems.ContentType);
        }

        return endpoint;
    }

    /// <summary>Takes an Idempotency-Key.</summary>
    public static RouteHandlerBuilder Repeatable(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new HeaderParameter(
            Idempotency.Header, "The same key and body again: the same answer, and nothing is made twice. Kept for 24 hours."));

    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder endpoint, params QueryParameter[] parameters)
    {
        foreach (var parameter in parameters)
        {
            endpoint.WithMetadata(parameter);
        }

        return endpoint;
    }

    /// <summary>Counts against the limits of the user and the address.</summary>
    public static RouteHandlerBuilder Limited(this RouteHandlerBuilder endpoint) =>
        endpoint.AddEndpointFilter(MessageLimit.Apply).Refuses(StatusCodes.Status429TooManyRequests);

    /// <summary>Counts against the changes that one user may make.</summary>
    public static RouteHandlerBuilder CountsAsChange(this RouteHandlerBuilder endpoint) =>
        endpoint.AddEndpointFilter(ChangeLimit.Apply).Refuses(StatusCodes.Status429TooManyRequests);
}
