using System.Runtime.CompilerServices;
using MeatLizard.Application.Inference;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Inference;

namespace MeatLizard.Infrastructure.Relay;

/// <summary>One attempt being answered, from accepted to its one end.</summary>
internal sealed class AttemptRun(
    Infer order,
    InferenceJob job,
    AnswerGenerator generator,
    VectorGenerator vectors,
    IInferenceJobs jobs,
    IWorkerConnection connection,
    Action countToken,
    TimeProvider time) : IDisposable
{
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FinishPiece? _finish;
    private volatile bool _leaving;

    public Task Ended => _ended.Task;

    /// <summary>Stops generating; the engine's slot is free when <see cref="Ended"/> is.</summary>
    public void Stop()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself a moment ago.
        }
    }

    /// <summary>As <see cref="Stop"/>, because the worker goes: the server is told, and need not wait for a deadline to find out.</summary>
    public void Leave()
    {
        _leaving = true;
        Stop();
    }

    public void Dispose() => _stop.Dispose();

    public async Task Run(CancellationToken cancellationToken)
    {
        using var budget = new CancellationTokenSource(order.Budget, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token, budget.Token);
        using var coalescer = new ChunkCoalescer(order.RequestId, order.Attempt, CoalescingOptions.Usual, time, () => connection.TextDueIn(order.RequestId, order.Attempt));
        try
        {
            job.Start();
            if (order.Kind == InferKind.Embed)
            {
                await Embed(either.Token, cancellationToken);
            }
            else
            {
                await foreach (var chunk in coalescer.Coalesce(Generated(either.Token), either.Token))
                {
                    job.ProduceChunk();
                    jobs.Keep(chunk);
                    await connection.Send(chunk, cancellationToken);
                }
            }

            job.Succeed();
            await End(Done(coalescer), cancellationToken);
        }
        catch (EngineException broken)
        {
            job.Fail(broken.Code);
            await End(
                new Failed(order.RequestId, order.Attempt, broken.Code, broken.Message, broken.Retryable, coalescer.Chunks)
                {
                    PromptTokens = broken.PromptTokens,
                },
                cancellationToken);
        }
        catch (OperationCanceledException) when (_leaving && !cancellationToken.IsCancellationRequested)
        {
            job.Fail("worker_stopping");
            await End(
                new Failed(
                    order.RequestId,
                    order.Attempt,
                    "worker_stopping",
                    "The worker was stopped while it was answering. Try again.",
                    Retryable: true,
                    coalescer.Chunks),
                cancellationToken);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // Whoever cancelled has ended the request already, or its watchdog will; nobody waits for a word from here.
            job.Cancel();
            jobs.Forget(order.RequestId, order.Attempt);
        }
        catch (Exception unforeseen)
        {
            job.Fail("worker_broken");
            await End(
                new Failed(
                    order.RequestId,
                    order.Attempt,
                    "worker_broken",
                    $"The worker broke off ({unforeseen.GetType().Name}). Its log says more.",
                    Retryable: true,
                    coalescer.Chunks),
                cancellationToken);
            throw;
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    /// <summary>The generated text; progress is sent on from here, the finish is kept for the end.</summary>
    private async IAsyncEnumerable<GeneratedText> Generated([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var piece in generator.Generate(order, cancellationToken))
        {
            switch (piece)
            {
                case GeneratedPiece text:
                    countToken();
                    yield return new(text.Kind, text.Text);
                    break;
                case ProgressPiece progress:
                    await connection.Send(
                        new Progress(order.RequestId, order.Attempt, progress.Phase, progress.Fraction),
                        cancellationToken);
                    break;
                case FinishPiece finish:
                    _finish = finish;
                    break;
            }
        }
    }

    /// <param name="stop">Ends the generating.</param>
    /// <param name="cancellationToken">Ends the saying.</param>
    private async Task Embed(CancellationToken stop, CancellationToken cancellationToken)
    {
        await using var said = Vectors(stop).GetAsyncEnumerator(stop);
        while (true)
        {
            var next = said.MoveNextAsync().AsTask();
            while (!next.IsCompleted)
            {
                // The model may have to be loaded, and the texts are read all at once: now and then a sign of life.
                using var patience = new CancellationTokenSource();
                if (await Task.WhenAny(next, Task.Delay(SignOfLife, time, patience.Token)) != next)
                {
                    await connection.Send(new Progress(order.RequestId, order.Attempt, ProgressPhase.Loading, 0), cancellationToken);
                }

                await patience.CancelAsync();
            }

            if (!await next)
            {
                return;
            }

            jobs.Keep(said.Current);
            await connection.Send(said.Current, cancellationToken);
        }
    }

    private async IAsyncEnumerable<Embedding> Vectors([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var piece in vectors.Generate(order, cancellationToken))
        {
            switch (piece)
            {
                case VectorPiece vector:
                    yield return new(order.RequestId, order.Attempt, vector.Index, vector.Vector);
                    break;
                case FinishPiece finish:
                    _finish = finish;
                    break;
            }
        }
    }

    private Done Done(ChunkCoalescer coalescer) => new()
    {
        RequestId = order.RequestId,
        Attempt = order.Attempt,
        Chunks = coalescer.Chunks,
        FinishReason = _finish?.Reason ?? FinishReason.Stop,
        Usage = _finish?.Usage ?? new TokenUsage(0, 0),
        Timings = _finish?.Timings,
        PartHashes = coalescer.PartHashes(),
    };

    private async Task End(IAttemptMessage end, CancellationToken cancellationToken)
    {
        jobs.Keep(end);
        await connection.Send((ToServer)end, cancellationToken);
    }
}
