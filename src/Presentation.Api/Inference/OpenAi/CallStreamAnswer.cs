using System.Buffers;
using System.IO.Pipelines;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Conversations;
using MeatLizard.Presentation.Api.Identity;
using Microsoft.AspNetCore.Http.Features;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>
/// A call's answer as it is written. As long as there is no text a failure is an answer with a status; afterwards it is the stream's last
/// event.
/// </summary>
internal sealed class CallStreamAnswer(StatelessAnswer call, ICallWriter writer) : IResult
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private bool _begun;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using var _ = call;
        using var __ = writer;
        var services = httpContext.RequestServices;
        var time = services.GetRequiredService<TimeProvider>();
        using var watch = services.GetRequiredService<CallerWatch>().Over(httpContext.Features.GetRequiredFeature<CallerFeature>().Caller);
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(
            httpContext.RequestAborted, services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping, watch.Fallen);
        try
        {
            await Copy(httpContext, time, stopped.Token);
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested && !httpContext.RequestAborted.IsCancellationRequested)
        {
            await Fail(httpContext, CutOff.Because(watch.Fallen.IsCancellationRequested), httpContext.RequestAborted);
        }
    }

    private async Task Copy(HttpContext http, TimeProvider time, CancellationToken cancellationToken)
    {
        var output = http.Response.BodyWriter;
        await using var events = call.Read(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            var next = events.MoveNextAsync();
            if (!(next.IsCompleted ? await next : await Wait(http, next.AsTask(), time, cancellationToken)))
            {
                return;
            }

            switch (events.Current)
            {
                case StatelessStarted started:
                    OriginHeader.Write(http, started);
                    writer.By(started.Origin);
                    break;
                case StatelessPiece piece:
                    Begin(http);
                    writer.Piece(output, piece);
                    break;
                case StatelessCompleted end:
                    Begin(http);
                    writer.Complete(output, end);
                    _ = await output.FlushAsync(cancellationToken);
                    break;
                case StatelessFailed failed:
                    await Fail(http, failed.Error, cancellationToken);
                    break;
            }
        }
    }

    private async Task<bool> Wait(HttpContext http, Task<bool> next, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await WaitAlive(http, next, time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Whoever reads is told the same, and must have come to rest before anybody lets go of what it reads from.
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    // All that is there has been written: now is the time to send it, and then to show now and then that the line is alive.
    private async Task<bool> WaitAlive(HttpContext http, Task<bool> next, TimeProvider time, CancellationToken cancellationToken)
    {
        var output = http.Response.BodyWriter;
        if (_begun)
        {
            _ = await output.FlushAsync(cancellationToken);
        }

        while (true)
        {
            try
            {
                return await next.WaitAsync(Heartbeat, time, CancellationToken.None);
            }
            catch (TimeoutException) when (!next.IsCompleted)
            {
                Begin(http);
                output.Write(":\n\n"u8);
                _ = await output.FlushAsync(cancellationToken);
            }
        }
    }

    private void Begin(HttpContext http)
    {
        if (_begun)
        {
            return;
        }

        _begun = true;
        call.TakesLabel = false;
        http.Response.ContentType = "text/event-stream; charset=utf-8";

        // nginx would otherwise collect the events into pages.
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        writer.Begin(http.Response.BodyWriter);
    }

    private async Task Fail(HttpContext http, MessageError error, CancellationToken cancellationToken)
    {
        if (!_begun)
        {
            await (error == CutOff.Unwelcome ? TypedResults.Challenge().ExecuteAsync(http) : CallFailure.Write(http, error));
            return;
        }

        PipeWriter output = http.Response.BodyWriter;
        writer.Fail(output, error);
        _ = await output.FlushAsync(cancellationToken);
    }
}
