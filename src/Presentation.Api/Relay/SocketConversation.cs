using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using MeatLizard.Application;
using MeatLizard.Application.Conversations;
using MeatLizard.Application.Identity;
using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Presentation.Api.Calls;
using MeatLizard.Presentation.Api.Conversations;
using MeatLizard.Presentation.Api.Identity;

namespace MeatLizard.Presentation.Api.Relay;

/// <summary>One open socket: what its owner asks, and the events of the requests that they follow on it.</summary>
internal sealed partial class SocketConversation(
    SocketInbox inbox,
    Caller caller,
    IPAddress? address,
    UseCases useCases,
    Credentials credentials,
    RateLimits limits,
    ReplyReader reader,
    MessageView view,
    StoredAnswers answers,
    SocketOutbox outbox,
    CallerWatch.Standing watch,
    ILogger<SocketConversation> log)
{
    private const int SignedOut = 4001;

    private readonly ConcurrentDictionary<RequestId, CancellationTokenSource> _followed = new();
    private readonly List<Task> _followers = [];
    private Caller _caller = caller;
    private (int Code, string Reason) _close = ((int)WebSocketCloseStatus.NormalClosure, "");

    public async Task Run(CancellationToken stopping)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping, outbox.Overflow, watch.Fallen);
        var sending = outbox.Run(() => _close);
        try
        {
            await Hello(ended.Token);
            while (await inbox.Next(ended.Token) is { } message && await Handle(message, ended.Token))
            {
            }

            _close = inbox.Fault ?? _close;
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            _close = watch.Fallen.IsCancellationRequested
                ? (SignedOut, "signed out or revoked")
                : ((int)WebSocketCloseStatus.EndpointUnavailable, "the server stops: resume");
        }
        catch (WebSocketException)
        {
            // The other end is gone without a word.
        }
        finally
        {
            await ended.CancelAsync();
            await Task.WhenAll(_followers);
            outbox.Complete();
            await sending;
        }
    }

    private async Task Hello(CancellationToken cancellationToken)
    {
        var sessions = await useCases.Send(new ListSessions(Paging.Most, Cursor: null), _caller.Actor, cancellationToken);
        outbox.Post(SocketFrames.Hello(sessions.Refusal is null
            ? from session in sessions.Value.Items
              where session.OpenRequestId is not null
              select (session.Id.Value, session.OpenRequestId!.Value)
            : []));
    }

    /// <returns>Whether the socket goes on.</returns>
    private async Task<bool> Handle(byte[] message, CancellationToken cancellationToken)
    {
        if (await credentials.Renew(_caller, cancellationToken) is { } renewed)
        {
            _caller = renewed;
        }
        else
        {
            _close = (SignedOut, "signed out or revoked");
            return false;
        }

        string? id = null;
        try
        {
            var asked = StrictJson.Read(message, ApiJson.Wire.SocketRequest);
            id = asked.Id;
            var handled = asked.Type switch
            {
                SocketVerb.Send => await Send(asked, cancellationToken),
                SocketVerb.Cancel => await Cancel(asked, cancellationToken),
                SocketVerb.Resume => await Resume(asked, cancellationToken),
                _ => new(SocketFrames.Ack(id), []),
            };

            // The acknowledgement goes out before the first event of what it acknowledges.
            outbox.Post(handled.Answer);
            foreach (var (request, after) in handled.Follow)
            {
                Follow(request, after, asked.Html, cancellationToken);
            }
        }
        catch (RefusedException refused)
        {
            outbox.Post(SocketFrames.Error(id ?? SocketRequest.IdOf(message), refused.Refusal));
        }
        catch (LockTimeoutException)
        {
            outbox.Post(SocketFrames.Error(id, Refusal.Busy));
        }
#pragma warning disable CA1031 // One call that breaks must not take the others' events with it.
        catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
        {
            Failed(failure);
            outbox.Post(SocketFrames.Error(id, new(RefusalKind.Unavailable, "internal_error", "Something broke here. The log has more.")));
        }

        return true;
    }

    private async Task<Handled> Send(SocketRequest asked, CancellationToken cancellationToken)
    {
        var session = asked.SessionId ?? throw Missing("session_id");
        var content = new MessageRequest(asked.Content ?? throw Missing("content"));
        var verdict = await limits.TakeMessage(_caller.Actor, address, cancellationToken);
        if (!verdict.Granted)
        {
            return new(SocketFrames.Error(asked.Id, verdict.Refusal), []);
        }

        var key = asked.ClientMessageId is { } mine
            ? Idempotency.Make("POST", $"/sessions/{session}/messages", mine, content, ApiJson.Wire.MessageRequest)
            : null;
        var command = new SubmitMessage(new(session), content.Content.Parts, key, asked.ClientMessageId);
        var outcome = await useCases.Send(command, _caller.Actor, CancellationToken.None);
        if (outcome.IsRefused(out var refusal, out var turn))
        {
            return new(SocketFrames.Error(asked.Id, refusal, await OpenRequest(refusal, cancellationToken)), []);
        }

        return new(SocketFrames.Ack(asked.Id, view.Of(turn.Message, asked.Html), RequestReference.To(turn.Request)), [(turn.Request, 0)]);
    }

    private async Task<Handled> Cancel(SocketRequest asked, CancellationToken cancellationToken)
    {
        var request = asked.RequestId ?? throw Missing("request_id");
        var outcome = await useCases.Send(new CancelRequest(new(request)), _caller.Actor, cancellationToken);
        return new(outcome.IsRefused(out var refusal, out var cancelled)
            ? SocketFrames.Error(asked.Id, refusal)
            : SocketFrames.Ack(asked.Id, request: RequestReference.To(cancelled)), []);
    }

    private async Task<Handled> Resume(SocketRequest asked, CancellationToken cancellationToken)
    {
        var wanted = asked.Requests ?? throw Missing("requests");
        var found = new List<(RelayRequestState Request, long After)>(wanted.Count);
        foreach (var (id, after) in wanted)
        {
            var outcome = await useCases.Send(new GetRequest(new(id)), _caller.Actor, cancellationToken);
            if (outcome.IsRefused(out var refusal, out var request))
            {
                var named = new Dictionary<string, string[]> { [$"requests.{id}"] = [refusal.Detail] };
                return new(SocketFrames.Error(asked.Id, refusal with { Errors = named }), []);
            }

            if (!RequestEndpoints.HasEvent(request, after))
            {
                var unknown = Refusal.Invalid($"requests.{id}", "unknown_event_id", "This request has no such event.");
                return new(SocketFrames.Error(asked.Id, unknown), []);
            }

            found.Add((request, after));
        }

        return new(SocketFrames.Ack(asked.Id), found);
    }

    private void Follow(RelayRequestState request, long after, bool html, CancellationToken cancellationToken)
    {
        if (!request.IsOpen && after >= request.NextEvent - 1)
        {
            return;
        }

        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (_followed.TryRemove(request.Id, out var before))
        {
            before.Cancel();
            before.Dispose();
        }

        _followed[request.Id] = stop;
        _ = _followers.RemoveAll(follower => follower.IsCompleted);
        _followers.Add(Follow(request, after, new ReplyEventWriter(request.Id, html, view, answers), stop));
    }

    private async Task Follow(RelayRequestState request, long after, ReplyEventWriter writer, CancellationTokenSource stop)
    {
        var stopped = stop.Token;
        try
        {
            await foreach (var happened in reader.Read(request.Id, writer.NeedsAll ? 0 : after, stopped))
            {
                if (writer.Settle(happened) is { } held && happened.Id > after)
                {
                    outbox.Post(SocketFrames.HeldBack(held, request.SessionId.Value, request.Id, happened.Id - 1));
                }

                if (happened.Id <= after)
                {
                    writer.Skip(happened);
                    continue;
                }

                if (happened.Id < request.NextEvent)
                {
                    await outbox.Room(stopped);
                }

                outbox.Post(await SocketFrames.Event(writer, request.SessionId.Value, request.Id, happened, stopped));
            }
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
        }
#pragma warning disable CA1031 // Nobody awaits this; the reader resumes.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Failed(failure);
            outbox.Post(SocketFrames.Error(
                null, new(RefusalKind.Unavailable, "stream_broken", "The events stopped. Resume."), RequestReference.To(request)));
        }
        finally
        {
            // Whoever takes it out lets go of it: when the request is followed anew, that is whoever cancels it.
            if (_followed.TryRemove(new(request.Id, stop)))
            {
                stop.Dispose();
            }
        }
    }

    private async Task<RequestReference?> OpenRequest(Refusal refusal, CancellationToken cancellationToken) =>
        refusal.RequestId is { } id
        && await useCases.Send(new GetRequest(new(id)), _caller.Actor, cancellationToken) is { Refusal: null } found
            ? RequestReference.To(found.Value)
            : null;

    private static RefusedException Missing(string field) => new(Refusal.Invalid(field, "field_missing", "This field is needed."));

    /// <summary>What a call is answered with, and what is followed from then on.</summary>
    private sealed record Handled(byte[] Answer, IReadOnlyList<(RelayRequestState Request, long After)> Follow);

    [LoggerMessage(LogLevel.Error, "A call on a socket failed.")]
    private partial void Failed(Exception failure);
}
