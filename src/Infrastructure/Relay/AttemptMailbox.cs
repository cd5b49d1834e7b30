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
    TimeProvider time,
    ILogger logger)
{
    private const int Room = 4096;

    /// <summary>A mailbox that hears nothing for so long is closed; a later message opens a new one.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(2);

    /// <summary>Progress comes with every batch of a prompt; a later deadline is worth a commit only so often.</summary>
    private static readonly TimeSpan ProgressCounts = TimeSpan.FromMilliseconds(250);

    /// <summary>How long an acknowledgement waits for text or progress. Whoever waits for it counts in seconds.</summary>
    private static readonly TimeSpan AcknowledgedLater = TimeSpan.FromMilliseconds(25);

    private readonly Channel<IAttemptMessage> _messages = Channel.CreateBounded<IAttemptMessage>(
        new BoundedChannelOptions(Room) { SingleReader = true });

    /// <summary>What is missing is asked for again after so long, because the question or its answer may be lost as well.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);

    private readonly AttemptMemory _memory = new();

    /// <summary>Characters of this attempt's text that were heard here.</summary>
    private long _written;
    private ReplyAssembler? _assembler;
    private IAttemptMessage? _end;
    private int? _asked;
    private DateTimeOffset? _heard;
    private int _started;
    private bool _isTheirs;

    /// <summary>Whose messages it takes.</summary>
    public WorkerId Worker => worker;

    /// <summary>Whether text is missing that the worker must have sent.</summary>
    private bool Lacks => _assembler is { HasGap: true } || _end is Done;

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

    /// <summary>True for the first caller alone, who then sees to <see cref="Work"/>.</summary>
    public bool TryStart() => Interlocked.Exchange(ref _started, 1) == 0;

    /// <summary>Until the end, or until nobody has said anything for a while.</summary>
    public async Task Work(CancellationToken cancellationToken)
    {
        var heard = time.GetTimestamp();
        var isFirst = true;
        try
        {
            while (true)
            {
                if (!await Hears(Lacks ? AskAgain : Idle, cancellationToken))
                {
                    if (!Lacks || time.GetElapsedTime(heard) > Idle)
                    {
                        break;
                    }

                    await Ask(again: true, cancellationToken);
                    continue;
                }

                heard = time.GetTimestamp();
                if (!await TakeInOrRecover(cancellationToken))
                {
                    break;
                }

                if (isFirst)
                {
                    // The first may have been taken in by whoever committed the question, and who is not to be kept with all the others.
                    isFirst = false;
                    await Task.Yield();
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
        finally
        {
            _messages.Writer.TryComplete();
        }
    }

    private async Task<bool> Hears(TimeSpan atMost, CancellationToken cancellationToken)
    {
        if (_messages.Reader.TryPeek(out _))
        {
            return true;
        }

        using var late = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await _messages.Reader.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<bool> TakeInOrRecover(CancellationToken cancellationToken)
    {
        try
        {
            return await TakeIn(cancellationToken);
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            // What was just taken out is lost here, but not to the worker, which keeps it until the end is acknowledged.
            LogBroken(request, attempt, broken);
            await Task.Delay(AskAgain, time, cancellationToken);
            (_assembler, _end, _written) = (new ReplyAssembler(0), null, 0);
            await Ask(again: true, cancellationToken);
            return true;
        }
    }

    /// <summary>For the chunks that are missing. Once for each gap, or a disordered stream would be sent over and over.</summary>
    private async Task Ask(bool again, CancellationToken cancellationToken)
    {
        var from = _assembler?.Next ?? 0;
        if (again || _asked != from)
        {
            _asked = from;
            await inbox.Reply(worker, new Resend(request, attempt, from), cancellationToken);
        }
    }

    /// <returns>Whether more can come: false after the end, or when nobody listens to this attempt any more.</returns>
    private async Task<bool> TakeIn(CancellationToken cancellationToken)
    {
        if (!_isTheirs && !await inbox.MaySpeakOf(worker, request, attempt, _memory, cancellationToken))
        {
            LogForeign(worker, request, attempt);
            return false;
        }

        _isTheirs = true;
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
        if (goesOn && _assembler is { HasGap: true })
        {
            await Ask(again: false, cancellationToken);
        }

        return goesOn && (_end is null || await End(cancellationToken));
    }

    private async Task<bool> Record(List<ReplyChunk> ready, CancellationToken cancellationToken)
    {
        if (ready.Count == 0)
        {
            return true;
        }

        ReplyChunk[] fitting = [.. ready.TakeWhile(chunk => (_written += chunk.Text.Length) <= AnswerLimit.Characters)];
        var isEndless = fitting.Length < ready.Count;
        ready.Clear();
        var update = fitting.Length == 0
            ? AttemptUpdate.Taken
            : await Update(new RecordReplyChunks(request, attempt, fitting) { Memory = _memory }, cancellationToken);
        if (isEndless && update == AttemptUpdate.Taken)
        {
            // The worker is told to stop by what is committed with the end.
            _ = await Update(new FailRelay(request, attempt, AnswerLimit.Exceeded, PromptTokens: null), cancellationToken);
            return false;
        }

        if (update == AttemptUpdate.Gap)
        {
            // Chunks before these were never committed, perhaps because this host has just started.
            (_assembler, _written) = (new ReplyAssembler(0), 0);
            await Ask(again: false, cancellationToken);
            return true;
        }

        return await GoesOn(update, cancellationToken);
    }

    /// <summary>A worker that is at something nobody waits for any more is told so; the message that stopped it may be lost.</summary>
    private async Task<bool> GoesOn(AttemptUpdate? update, CancellationToken cancellationToken)
    {
        if (update == AttemptUpdate.Stale)
        {
            await inbox.Reply(worker, new Cancel(request, attempt), cancellationToken);
        }

        return update == AttemptUpdate.Taken;
    }

    private async Task<bool> Handle(IAttemptMessage message, CancellationToken cancellationToken)
    {
        switch (message)
        {
            case Accepted:
                // What follows at once says the same in its own commit; the first text would only wait for this one.
                return await Hears(AcknowledgedLater, cancellationToken) || await Acknowledge(null, cancellationToken);
            case Progress when _heard is { } at && time.GetUtcNow() - at < ProgressCounts:
                return true;
            case Progress progress:
                return await Acknowledge(progress.Phase, cancellationToken);
            case Refused refused:
                // One that comes when the attempt is under way is a stray.
                return await Update(new DeclineRelay(request, attempt, refused.Code), cancellationToken) is null;
            case Done or Failed:
                _end = message;
                return await End(cancellationToken);
            default:
                return true;
        }
    }

    private async Task<bool> Acknowledge(ProgressPhase? phase, CancellationToken cancellationToken)
    {
        _heard = time.GetUtcNow();
        return await GoesOn(await Update(new AcknowledgeRelay(request, attempt, phase) { Memory = _memory }, cancellationToken), cancellationToken);
    }

    private async Task<bool> End(CancellationToken cancellationToken)
    {
        var update = _end switch
        {
            Done done => await Update(
                new CompleteRelay(request, attempt, done.Chunks, done.FinishReason, done.Usage)
                {
                    PartHashes = done.PartHashes,
                    Memory = _memory,
                },
                cancellationToken),
            Failed failed => await Update(
                new FailRelay(request, attempt, new MessageError(failed.Code, failed.Message, failed.Retryable), failed.PromptTokens),
                cancellationToken),
            _ => AttemptUpdate.Taken,
        };
        if (update == AttemptUpdate.Gap)
        {
            await Ask(again: false, cancellationToken);
            return true;
        }

        await inbox.Reply(worker, new Ack(request, attempt), cancellationToken);
        return false;
    }

    /// <returns>Null when the domain refused it: a message that makes no sense now, from a worker that may still be heard.</returns>
    private async Task<AttemptUpdate?> Update(MediatR.IRequest<Outcome<AttemptUpdate>> command, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(command, actor: null, cancellationToken);
        if (outcome.Refusal is not { } refusal)
        {
            return outcome.Value;
        }

        LogRefused(request, attempt, command.GetType().Name, refusal.Code);
        return null;
    }

    [LoggerMessage(LogLevel.Error, "What was said about request {Request}, attempt {Attempt}, could not be taken in; it is asked for again.")]
    private partial void LogBroken(RequestId request, int attempt, Exception broken);

    [LoggerMessage(LogLevel.Warning, "Worker {Worker} spoke of request {Request}, attempt {Attempt}, which is not, or no longer, its own; it is not heard.")]
    private partial void LogForeign(WorkerId worker, RequestId request, int attempt);

    [LoggerMessage(LogLevel.Warning, "Request {Request}, attempt {Attempt}: {Command} was refused: {Code}.")]
    private partial void LogRefused(RequestId request, int attempt, string command, string code);
}
