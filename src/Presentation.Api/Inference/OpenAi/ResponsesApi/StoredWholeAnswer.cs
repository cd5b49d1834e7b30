using MeatLizard.Application;
using MeatLizard.Application.Conversations.Stored;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Presentation.Api.Identity;

namespace MeatLizard.Presentation.Api.Inference.OpenAi.ResponsesApi;

/// <summary>A stored response in one piece, when it has ended; what has failed is an answer with a status, as of a call that isn't stored.</summary>
/// <param name="stopsWhenLeft">Whether the response is stopped when its caller hangs up.</param>
internal sealed class StoredWholeAnswer(StoredResponse response, SignedInCaller caller, bool stopsWhenLeft) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        var useCases = services.GetRequiredService<UseCases>();
        var host = services.GetRequiredService<IHostApplicationLifetime>();
        using var watch = services.GetRequiredService<CallerWatch>().Over(caller.Caller);
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(
            httpContext.RequestAborted, host.ApplicationStopping, watch.Fallen);
        try
        {
            await foreach (var _ in services.GetRequiredService<ReplyReader>().Read(response.Id, after: 0, stopped.Token))
            {
                // Its end is waited for, and what it says then is stored.
            }

            var outcome = await useCases.Send(new GetStoredResponse(response.Id), caller.Actor, stopped.Token);
            await (outcome.IsRefused(out var refusal, out var reading) ? Answers.Refused(refusal).ExecuteAsync(httpContext) : Tell(httpContext, reading));
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            if (host.ApplicationStopping.IsCancellationRequested)
            {
                await CallFailure.Write(httpContext, CutOff.Stopping);
            }
            else if (!httpContext.RequestAborted.IsCancellationRequested)
            {
                // Revoked or expired meanwhile: the same answer as to the next call, and the response goes on.
                await TypedResults.Challenge().ExecuteAsync(httpContext);
            }
            else if (stopsWhenLeft)
            {
                _ = await useCases.Send(new LeaveStoredResponse(response.Id), caller.Actor, CancellationToken.None);
            }
        }
    }

    private static Task Tell(HttpContext http, ResponseReading reading)
    {
        if (reading.Answer?.Origin is { } origin)
        {
            OriginHeader.Write(http, origin);
        }

        return reading.Answer is { Status: MessageStatus.Failed, Error: { } error }
            ? CallFailure.Write(http, error)
            : Answers.Json(StoredResponseView.Now(reading), ApiJson.Wire.ResponseContract).ExecuteAsync(http);
    }
}
