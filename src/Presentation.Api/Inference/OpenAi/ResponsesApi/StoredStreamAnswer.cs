using System.IO.Pipelines;
using MeatLizard.Application;
using MeatLizard.Application.Conversations.Stored;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Conversations;
using MeatLizard.Presentation.Api.Conversations;
using MeatLizard.Presentation.Api.Identity;
using MeatLizard.Presentation.Api.Relay;
using Microsoft.AspNetCore.Http.Features;

namespace MeatLizard.Presentation.Api.Inference.OpenAi.ResponsesApi;

/// <summary>
/// A stored response's events, made anew from the events of its request at every read: the same with the same numbers, however often and from
/// wherever they are read.
/// </summary>
/// <param name="after">The number of the last event that the reader has; -1 for none.</param>
/// <param name="stopsWhenLeft">Whether the response is stopped when its reader hangs up.</param>
internal sealed class StoredStreamAnswer(StoredResponse response, SignedInCaller caller, long after, bool stopsWhenLeft) : IResult
{
    private bool _started;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        httpContext.Response.ContentType = "text/event-stream; charset=utf-8";

        // nginx would otherwise collect the events into pages.
        httpContext.Response.Headers["X-Accel-Buffering"] = "no";
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var time = services.GetRequiredService<TimeProvider>();
        var host = services.GetRequiredService<IHostApplicationLifetime>();
        using var watch = services.GetRequiredService<CallerWatch>().Over(caller.Caller);
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(
            httpContext.RequestAborted, host.ApplicationStopping, watch.Fallen);
        try
        {
            await Copy(services, httpContext.Response.BodyWriter, time, stopped.Token);
            _ = await httpContext.Response.BodyWriter.FlushAsync(stopped.Token);
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            // The reader has left, or the server stops: it goes on from its last number. Or its key was revoked: then it can't.
        }

        if (stopsWhenLeft && httpContext.RequestAborted.IsCancellationRequested && !host.ApplicationStopping.IsCancellationRequested)
        {
            _ = await services.GetRequiredService<UseCases>().Send(new LeaveStoredResponse(response.Id), caller.Actor, CancellationToken.None);
        }
    }

    private async Task Copy(IServiceProvider services, PipeWriter output, TimeProvider time, CancellationToken cancellationToken)
    {
        using var writer = new ResponseEventWriter(StoredResponseView.Of(response), after);
        var answers = services.GetRequiredService<StoredAnswers>();
        await using var events = services.GetRequiredService<ReplyReader>()
            .Read(response.Id, after: 0, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            var next = events.MoveNextAsync();
            if (!(next.IsCompleted ? await next : await EventStreamAnswer.Wait(next.AsTask(), output, time, cancellationToken)))
            {
                return;
            }

            switch (events.Current)
            {
                case ReplyCompleted:
                    if (await answers.Find(response.Id, cancellationToken) is { } answer)
                    {
                        writer.Complete(output, StoredResponseView.End(answer));
                    }

                    break;
                case var happened:
                    Write(writer, output, happened);
                    break;
            }
        }
    }

    private void Write(ResponseEventWriter writer, PipeWriter output, ReplyEvent happened)
    {
        switch (happened)
        {
            case ReplyQueued:
                writer.Create(output);
                break;
            case ReplyStarted started:
                writer.By(started.Origin);
                if (!_started)
                {
                    _started = true;
                    writer.Start(output);
                }

                break;
            case ReplyDelta delta:
                writer.Piece(output, new StatelessPiece(new(delta.Part, delta.Kind, delta.Offset, delta.Text)));
                break;
            case ReplyFailed failed:
                writer.Fail(output, failed.Error);
                break;
            case ReplyCancelled:
                writer.Cancel(output);
                break;
        }
    }
}
