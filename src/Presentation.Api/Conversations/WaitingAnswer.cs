using MeatLizard.Application;
using MeatLizard.Application.Conversations;
using MeatLizard.Application.Identity;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Presentation.Api.Identity;
using MeatLizard.Presentation.Api.Relay;

namespace MeatLizard.Presentation.Api.Conversations;

/// <summary>
/// The whole answer in the same call, if it comes in time; otherwise the same as without waiting. Whoever would not be let in any more gets
/// neither.
/// </summary>
/// <param name="cancelsWhenLeft">
/// Whoever waits without any key and leaves can never learn the answer's id: then it is not written for nobody.
/// </param>
internal sealed partial class WaitingAnswer(
    SubmittedTurn turn, SignedInCaller caller, TimeSpan wait, bool html, bool cancelsWhenLeft) : IResult
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        var ended = await IsEnded(httpContext, services);
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            if (cancelsWhenLeft && !ended)
            {
                // The scope of this call ends with it; what follows has only singletons.
                _ = CancelSoon(
                    services.GetRequiredService<UseCases>(),
                    services.GetRequiredService<TimeProvider>(),
                    services.GetRequiredService<ILogger<WaitingAnswer>>());
            }

            return;
        }

        if (!await services.GetRequiredService<Credentials>().StillStands(caller.Caller, httpContext.RequestAborted))
        {
            // Revoked or expired meanwhile: the same answer as to the next call, and the turn goes on.
            await TypedResults.Challenge().ExecuteAsync(httpContext);
            return;
        }

        if (!ended)
        {
            await new TakenAnswer(await Now(services), html).ExecuteAsync(httpContext);
            return;
        }

        var reply = await services.GetRequiredService<StoredAnswers>().Find(turn.Request.Id, httpContext.RequestAborted);
        var view = services.GetRequiredService<MessageView>();
        var now = await Now(services);
        var contract = new TurnContract
        {
            Message = view.Of(turn.Message, html),
            Request = RequestReference.To(now.Request),
            Reply = reply is null ? null : view.Of(reply, html),
        };
        await Answers.Json(contract, ApiJson.Wire.TurnContract).ExecuteAsync(httpContext);
    }

    private async Task<bool> IsEnded(HttpContext http, IServiceProvider services)
    {
        var time = services.GetRequiredService<TimeProvider>();
        using var patience = new CancellationTokenSource(wait, time);
        using var watch = services.GetRequiredService<CallerWatch>().Over(caller.Caller);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            [
                patience.Token, watch.Fallen, http.RequestAborted,
                services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping,
            ]);
        try
        {
            await foreach (var happened in services.GetRequiredService<ReplyReader>().Read(turn.Request.Id, after: 0, either.Token))
            {
                if (happened.IsEnd)
                {
                    return true;
                }
            }
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
        }

        return false;
    }

    private async Task<SubmittedTurn> Now(IServiceProvider services)
    {
        var outcome = await services.GetRequiredService<UseCases>()
            .Send(new GetRequest(turn.Request.Id), caller.Actor, CancellationToken.None);
        return outcome.IsRefused(out _, out var request) ? turn : turn with { Request = request };
    }

    private async Task CancelSoon(UseCases useCases, TimeProvider time, ILogger log)
    {
        try
        {
            await Task.Delay(Grace, time);
            _ = await useCases.Send(new CancelRequest(turn.Request.Id), caller.Actor, CancellationToken.None);
        }
#pragma warning disable CA1031 // Nobody awaits this; the deadline will end the request if this could not.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            CannotCancel(log, failure, turn.Request.Id);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Request {Request}, which nobody waits for any more, could not be cancelled.")]
    private static partial void CannotCancel(ILogger log, Exception failure, RequestId request);
}
