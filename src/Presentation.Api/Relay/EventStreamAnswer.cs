using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Presentation.Api.Conversations;
using MeatLizard.Presentation.Api.Identity;
using Microsoft.AspNetCore.Http.Features;

namespace MeatLizard.Presentation.Api.Relay;

/// <summary>A request's events as server-sent events, from any point on to the end.</summary>
/// <param name="known">Those at the beginning, where the caller has them already.</param>
internal sealed class EventStreamAnswer(RequestId request, long after, bool html, IReadOnlyList<ReplyEvent> known) : IResult
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);
    private static readonly JsonWriterOptions OneLine = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        httpContext.Response.ContentType = "text/event-stream; charset=utf-8";
        httpContext.Response.Headers.CacheControl = "no-store";

        // nginx would otherwise collect the events into pages.
        httpContext.Response.Headers["X-Accel-Buffering"] = "no";
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var time = services.GetRequiredService<TimeProvider>();
        using var watch = services.GetRequiredService<CallerWatch>().Over(httpContext.Features.GetRequiredFeature<CallerFeature>().Caller);
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(
            httpContext.RequestAborted, services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping, watch.Fallen);
        var output = httpContext.Response.BodyWriter;
        output.Write("retry: 1000\n\n"u8);
        try
        {
            var writer = new ReplyEventWriter(
                request, html, services.GetRequiredService<MessageView>(), services.GetRequiredService<StoredAnswers>());
            await Copy(services.GetRequiredService<ReplyReader>(), writer, output, time, stopped.Token);
            _ = await output.FlushAsync(stopped.Token);
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            // The reader has left, or the server stops: it resumes where it was. Or its key was revoked: then it cannot.
        }
    }

    private async Task Copy(
        ReplyReader reader, ReplyEventWriter writer, PipeWriter output, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var json = new Utf8JsonWriter(output, OneLine);
        await using var events = reader.Read(request, writer.NeedsAll ? 0 : after, known, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            var next = events.MoveNextAsync();
            if (!(next.IsCompleted ? await next : await Wait(next.AsTask(), output, time, cancellationToken)))
            {
                return;
            }

            var happened = events.Current;
            if (writer.Settle(happened) is { } held && happened.Id > after)
            {
                output.Write("event: delta\ndata: "u8);
                ReplyEventWriter.Write(json, held);
                End(json, output);
            }

            if (happened.Id <= after)
            {
                writer.Skip(happened);
                continue;
            }

            Begin(output, happened);
            await writer.Write(json, happened, cancellationToken);
            End(json, output);
        }
    }

    // All that is there has been written: now is the time to send it, and then to show now and then that the line is alive.
    internal static async Task<bool> Wait(Task<bool> next, PipeWriter output, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await WaitAlive(next, output, time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Whoever reads is told the same, and must have come to rest before anybody lets go of what it reads from.
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    private static async Task<bool> WaitAlive(Task<bool> next, PipeWriter output, TimeProvider time, CancellationToken cancellationToken)
    {
        _ = await output.FlushAsync(cancellationToken);
        while (true)
        {
            try
            {
                return await next.WaitAsync(Heartbeat, time, CancellationToken.None);
            }
            catch (TimeoutException) when (!next.IsCompleted)
            {
                output.Write(":\n\n"u8);
                _ = await output.FlushAsync(cancellationToken);
            }
        }
    }

    private static void Begin(PipeWriter output, ReplyEvent happened)
    {
        output.Write("id: "u8);
        var span = output.GetSpan(20);
        _ = Utf8Formatter.TryFormat(happened.Id, span, out var length);
        output.Advance(length);
        output.Write("\nevent: "u8);
        _ = Encoding.UTF8.GetBytes(ReplyEventWriter.NameOf(happened), output);
        output.Write("\ndata: "u8);
    }

    private static void End(Utf8JsonWriter json, PipeWriter output)
    {
        json.Flush();
        json.Reset();
        output.Write("\n\n"u8);
    }
}
