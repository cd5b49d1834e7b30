using System.Threading.Channels;
using MeatLizard.Application;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Relay;

/// <summary>
/// What a worker says about one attempt, taken in one by one and in order. Chunks that arrive while a commit is under way are
/// committed together, so that a slow disk makes the commits larger and never the queue longer.
/// </summary>
internal sealed partial class AttemptMailbox(
    RequestId request,
    int attempt,
    WorkerId worker,
    UseCases useCases,
    RelayInbox inbox,
    ILogger logger)
{
    private const int Room = 4096;

    /// <summary>A mailbox that hears nothing for so long is closed; a later message opens a new one.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(2);

    private readonly Channel<IAttemptMessage> _messages = Channel.CreateBounded<IAttemptMessage>(
        new BoundedChannelOptions(Room) { SingleReader = true });

    private ReplyAssembler? _assembler;
    private IAttemptMessage? _end;
    private int _started;

    /// <returns>False when the mailbox has closed.</returns>
    public async ValueTask<bool> Post(IAttemptMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await _messages.Writer.WriteAsync(message, cancellationToken);
            return true;
        }
        catch (ChannelClosedException)
        {
            return false;
        }
    }

    public void StartOnce(Action closed, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _started, 1) == 0)
        {
            _ = Task.Run(() => Work(closed, cancellationToken), CancellationToken.None);
        }
    }

    private async Task Work(Action closed, CancellationToken cancellationToken)
    {
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                idle.CancelAfter(Idle);
                if (!await _messages.Reader.WaitToReadAsync(idle.Token) || !await TakeIn(cancellationToken))
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception broken)
        {
            // Nothing was taken in that is not stored; the watchdog gives the request its end.
            LogBroken(request, attempt, broken);
        }
        finally
        {
            _messages.Writer.TryComplete();
            closed();
        }
    }

    /// <returns>Whether more can come: false after the end, or when nobody listens to this attempt any more.</returns>
    private async Task<bool> TakeIn(CancellationToken cancellationToken)
    {
        List<ReplyChunk> ready = [];
        var goesOn = true;
        while (goesOn && _messages.Reader.TryRead(out var message))
        {
            if (message is Chunk chunk)
            {
                _assembler ??= new ReplyAssembler(0);
                ready.AddRange(_assembler.Add(new(chunk.Sequence, chunk.Part, chunk.Kind, chunk.Text)));
                continue;
            }

            goesOn = await Record(ready, cancellationToken) && await Handle(message, cancellationToken);
        }

        goesOn = goesOn && await Record(ready, cancellationToken);
        if (goesOn && _assembler is { HasGap: true } waiting)
        {
            await inbox.Reply(worker, new Resend(request, attempt, waiting.Next), cancellationToken);
        }

        return goesOn && (_end is null || await End(cancellationToken));
    }

    private async Task<bool> Record(List<ReplyChunk> ready, CancellationToken cancellationToken)
    {
        if (ready.Count == 0)
        {
            return true;
        }

        var update = await Update(new RecordReplyChunks(request, attempt, [.. ready]), cancellationToken);
        ready.Clear();
        if (update == AttemptUpdate.Gap)
        {
            // Chunks before these were never committed, perhaps because this host has just started.
            _assembler = new ReplyAssembler(0);
            await inbox.Reply(worker, new Resend(request, attempt, 0), cancellationToken);
            return true;
        }

        return update == AttemptUpdate.Taken;
    }

    private async Task<bool> Handle(IAttemptMessage message, CancellationToken cancellationToken)
    {
        switch (message)
        {
            case Accepted:
                return await Update(new AcknowledgeRelay(request, attempt), cancellationToken) == AttemptUpdate.Taken;
            case Progress progress:
                return await Update(new AcknowledgeRelay(request, attempt, progress.Phase), cancellationToken) == AttemptUpdate.Taken;
            case Refused refused:
                await Update(new DeclineRelay(request, attempt, refused.Code), cancellationToken);
                return false;
            case Done or Failed:
                _end = message;
                return await End(cancellationToken);
            default:
                return true;
        }
    }

    private async Task<bool> End(CancellationToken cancellationToken)
    {
        var update = _end switch
        {
            Done done => await Update(
                new CompleteRelay(request, attempt, done.Chunks, done.FinishReason, done.Usage) { PartHashes = done.PartHashes },
                cancellationToken),
            Failed failed => await Update(
                new FailRelay(request, attempt, new MessageError(failed.Code, failed.Message, failed.Retryable), failed.PromptTokens),
                cancellationToken),
            _ => AttemptUpdate.Taken,
        };
        if (update == AttemptUpdate.Gap)
        {
            await inbox.Reply(worker, new Resend(request, attempt, _assembler?.Next ?? 0), cancellationToken);
            return true;
        }

        await inbox.Reply(worker, new Ack(request, attempt), cancellationToken);
        return false;
    }

    private async Task<AttemptUpdate> Update(MediatR.IRequest<Outcome<AttemptUpdate>> command, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(command, actor: null, cancellationToken);
        if (outcome.Refusal is not { } refusal)
        {
            return outcome.Value;
        }

        LogRefused(request, attempt, command.GetType().Name, refusal.Code);
        return AttemptUpdate.Stale;
    }

    [LoggerMessage(LogLevel.Error, "The mailbox of request {Request}, attempt {Attempt}, broke.")]
    private partial void LogBroken(RequestId request, int attempt, Exception broken);

    [LoggerMessage(LogLevel.Warning, "Request {Request}, attempt {Attempt}: {Command} was refused: {Code}.")]
    private partial void LogRefused(RequestId request, int attempt, string command, string code);
}
