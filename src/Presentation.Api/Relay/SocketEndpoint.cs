using MeatLizard.Application;
using MeatLizard.Application.Identity;
using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Application.Relay;
using MeatLizard.Presentation.Api.Calls;
using MeatLizard.Presentation.Api.Conversations;
using MeatLizard.Presentation.Api.Identity;

namespace MeatLizard.Presentation.Api.Relay;

internal static class SocketEndpoint
{
    /// <summary>Nobody knows when; whoever asks again is told the same or let in.</summary>
    private static readonly TimeSpan WhenOneMayBeClosed = TimeSpan.FromSeconds(1);

    public static void MapSocket(this IEndpointRouteBuilder api) =>
        api.MapGet("/ws", Open).RequireAuthorization(Access.Chat).Produces(101).WithSummary("The same over one socket")
            .Refuses(400, 401, 403, 429);

    private static async Task<IResult> Open(SignedInCaller caller, HttpContext http)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            return Answers.Refused(new(RefusalKind.Invalid, "websocket_expected", "This address speaks WebSocket."));
        }

        var services = http.RequestServices;
        using var place = services.GetRequiredService<SocketPlaces>().Take(caller.Caller.Actor.UserId);
        if (place is null)
        {
            return Answers.Refused(new(
                RefusalKind.Limited, "too_many_sockets", $"There are {SocketPlaces.PerUser} sockets open already. Close one first.")
            {
                RetryAfter = WhenOneMayBeClosed,
            });
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(
            http.RequestAborted, services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        var time = services.GetRequiredService<TimeProvider>();
        using var outbox = new SocketOutbox(socket, time, SocketOutbox.Capacity);
        using var watch = services.GetRequiredService<CallerWatch>().Over(caller.Caller);
        await new SocketConversation(
            new SocketInbox(socket, time),
            caller.Caller,
            http.Connection.RemoteIpAddress,
            services.GetRequiredService<UseCases>(),
            services.GetRequiredService<Credentials>(),
            services.GetRequiredService<RateLimits>(),
            services.GetRequiredService<ReplyReader>(),
            services.GetRequiredService<MessageView>(),
            services.GetRequiredService<StoredAnswers>(),
            outbox,
            watch,
            services.GetRequiredService<ILogger<SocketConversation>>()).Run(stopping.Token);
        return TypedResults.Empty;
    }
}
