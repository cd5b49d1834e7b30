using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Presentation.Api.Identity;
using Microsoft.AspNetCore.Http.Features;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>A call's answer in one piece.</summary>
/// <param name="render">What the caller sees of it.</param>
internal sealed class WholeAnswer(StatelessAnswer call, Func<GatheredAnswer, StatelessCompleted, IResult> render) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using var _ = call;
        var services = httpContext.RequestServices;
        using var watch = services.GetRequiredService<CallerWatch>().Over(httpContext.Features.GetRequiredFeature<CallerFeature>().Caller);
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(
            httpContext.RequestAborted, services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping, watch.Fallen);
        try
        {
            var gathered = new GatheredAnswer();
            await foreach (var happened in call.Read(stopped.Token))
            {
                switch (happened)
                {
                    case StatelessStarted started:
                        OriginHeader.Write(httpContext, started);
                        break;
                    case StatelessPiece { Piece: var piece }:
                        gathered.Add(piece);
                        break;
                    case StatelessVector vector:
                        gathered.Add(vector);
                        break;
                    case StatelessCompleted end:
                        await render(gathered, end).ExecuteAsync(httpContext);
                        break;
                    case StatelessFailed failed:
                        await CallFailure.Write(httpContext, failed.Error);
                        break;
                }
            }
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested && !httpContext.RequestAborted.IsCancellationRequested)
        {
            await (watch.Fallen.IsCancellationRequested
                ? TypedResults.Challenge().ExecuteAsync(httpContext)
                : CallFailure.Write(httpContext, CutOff.Stopping));
        }
    }
}
