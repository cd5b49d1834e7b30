using MeatLizard.Application;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Infrastructure.Relay.Link;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Relay.Workers;

/// <summary>
/// Where workers dial in. It needs no sign-in: on the socket the worker proves its own key, and until then it is told a random number and
/// nothing else.
/// </summary>
internal static class LinkEndpoint
{
    private static readonly Refusal TooMany = new(
        RefusalKind.Unavailable, "too_many_links", "Too many connections wait here for their proof. Dial again in a moment.");

    private static QueryParameter Worker { get; } = new("worker", "string", "The worker's name.");

    public static void MapLink(this IEndpointRouteBuilder app) =>
        app.MapGet(LinkProtocol.Path, Open).AllowAnonymous().WithMetadata(Worker).Produces(101).WithSummary("A worker's link; docs/protocol.md")
            .Refuses(400, 403, 503).AddEndpointFilter(Query.RefuseUnknown);

    private static async Task<IResult> Open(
        HttpContext http,
        UseCases useCases,
        LinkPlaces places,
        ILinkDoor door,
        IHostApplicationLifetime lifetime,
        CancellationToken cancellationToken)
    {
        if (!http.WebSockets.IsWebSocketRequest
            || !http.WebSockets.WebSocketRequestedProtocols.Contains(LinkProtocol.Name)
            || http.Features.Get<LinkPulse>() is not { } pulse)
        {
            return Answers.Refused(new(
                RefusalKind.Invalid, "websocket_expected", $"This address speaks WebSocket, with the subprotocol {LinkProtocol.Name}."));
        }

        if (Query.One(http, Worker.Name) is not { } name)
        {
            return Answers.Refused(Refusal.Invalid(Worker.Name, "field_missing", "Which worker is this?"));
        }

        using var place = places.Take(http.Connection.RemoteIpAddress);
        if (place is null)
        {
            return Answers.Refused(TooMany);
        }

        var admitted = await useCases.Send(new AdmitWorker(new(name)), actor: null, cancellationToken);
        if (admitted.IsRefused(out var refusal, out var worker))
        {
            return Answers.Refused(refusal);
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            SubProtocol = LinkProtocol.Name,

            // The worker pings, and what listens beneath the socket hears it.
            KeepAliveInterval = Timeout.InfiniteTimeSpan,
        });
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        await door.Serve(worker, socket, pulse, place, stopping.Token);
        return TypedResults.Empty;
    }
}
