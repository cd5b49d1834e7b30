using System.Collections.Concurrent;
using System.Reflection;
using MeatLizard.Application;
using MeatLizard.Application.Inference;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Relay;

/// <summary>A worker at work: says hello, takes attempts on, answers them, stops them.</summary>
internal sealed partial class WorkerLoop(
    IWorkerConnection connection,
    IEngineCatalog catalog,
    IInferenceJobs jobs,
    AnswerGenerator generator,
    VectorGenerator vectors,
    WorkerReadiness readiness,
    WorkerPulse pulse,
    WorkerOptions options,
    DrainPatience patience,
    UseCases useCases,
    TimeProvider time,
    ILogger<WorkerLoop> logger) : BackgroundService
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    /// <summary>A server on a busy machine has each end to commit before it takes note of it. A host has four seconds for all of its end.</summary>
    private static readonly TimeSpan NotedWithin = TimeSpan.FromSeconds(3);

    private volatile bool _leaving;
    private long _heardIn;

    private readonly ConcurrentDictionary<(RequestId, int), AttemptRun> _running = new();

    /// <summary>In leaving: when the server has taken note of all ends.</summary>
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// Takes nothing new from the first moment on, finishes what it can, and says goodbye; what still runs then is broken off, and the server
    /// told why.
    /// </summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        readiness.Drain("It is being stopped.");
        await FinishWhatRuns(cancellationToken);
        _leaving = true;
        using var late = new CancellationTokenSource(Farewell, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await connection.Send(new Bye(), either.Token);
            foreach (var run in _running.Values)
            {
                run.Leave();
            }

            if (jobs.Kept().Count > 0)
            {
                late.CancelAfter(NotedWithin);
                await _settled.Task.WaitAsync(either.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Whoever was not told in time finds out when the worker comes back as another process.
        }

        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var changes = Microsoft.Extensions.Primitives.ChangeToken.OnChange(catalog.Watch, () => _ = SayHello([], stoppingToken));
        await SayHello([], stoppingToken);
        try
        {
            await foreach (var message in connection.Receive(stoppingToken))
            {
                await Handle(message, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }

        foreach (var run in _running.Values)
        {
            run.Stop();
        }

        await Task.WhenAll(_running.Values.Select(run => run.Ended));
    }

    private async Task FinishWhatRuns(CancellationToken cancellationToken)
    {
        if (options.DrainWithin == TimeSpan.Zero)
        {
            return;
        }

        using var late = new CancellationTokenSource(options.DrainWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, patience.Over, cancellationToken);
        try
        {
            await pulse.Beat(either.Token);
            while (!_running.IsEmpty)
            {
                await Task.WhenAll(_running.Values.Select(run => run.Ended)).WaitAsync(either.Token);

                // One that has just ended is taken off the list a moment later.
                await Task.Yield();
            }
        }
        catch (OperationCanceledException)
        {
            // What is left is broken off.
        }
    }

    private async Task SayHello(byte[] challenge, CancellationToken cancellationToken)
    {
        if (_leaving)
        {
            return;
        }

        try
        {
            await connection.Send(
                new Hello
                {
                    WorkerEpoch = connection.Epoch,
                    Challenge = challenge,
                    Version = Assembly.GetExecutingAssembly().GetName().Version!.ToString(3),
                    Models = catalog.Models,
                    Slots = catalog.Models.Count == 0 ? 1 : catalog.Models.Max(model => model.Slots),
                    Problem = catalog.Problem,
                    Kept = jobs.Kept() is { Count: > 0 } kept ? [.. kept.Select(known => new KeptAttempt(known.Request, known.Attempt))] : null,
                },
                cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private async Task Handle(ToWorker message, CancellationToken cancellationToken)
    {
        switch (message)
        {
            case Infer order:
                await Take(order, cancellationToken);
                break;
            case Cancel cancel when _running.TryGetValue((cancel.RequestId, cancel.Attempt), out var run):
                run.Stop();
                break;
            case Cancel cancel:
                // It has ended by itself, and nobody will ask for what it said.
                Forget(cancel);
                break;
            case Ack ack:
                Forget(ack);
                break;
            case Resend resend:
                foreach (var said in jobs.Said(resend.RequestId, resend.Attempt, resend.From))
                {
                    await connection.Send(said, cancellationToken);
                }

                break;
            case Drain:
                readiness.Drain("The server asked it to.");
                await pulse.Beat(cancellationToken);
                break;
            case Rotate rotate:
                await connection.Rotate(rotate.Root, cancellationToken);
                break;
            case Ping ping:
                await SayHello(ping.Challenge, cancellationToken);
                break;
            case Welcome when Interlocked.Exchange(ref _heardIn, connection.Generation) != connection.Generation:
                await SayAgain(cancellationToken);
                await pulse.Beat(cancellationToken);
                break;
        }
    }

    private void Forget(IAttemptMessage about)
    {
        jobs.Forget(about.RequestId, about.Attempt);
        if (_leaving && jobs.Kept().Count == 0)
        {
            _settled.TrySetResult();
        }
    }

    /// <summary>All that the server has not acknowledged: it knows what it has heard before.</summary>
    private async Task SayAgain(CancellationToken cancellationToken)
    {
        foreach (var (request, attempt) in jobs.Kept())
        {
            foreach (var said in jobs.Said(request, attempt, from: 0))
            {
                await connection.Send(said, cancellationToken);
            }
        }
    }

    private async Task Take(Infer order, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new AcceptInference(order), actor: null, cancellationToken);
        if (outcome.IsRefused(out var refusal, out var job))
        {
            // A repeated order is no refusal: the first one is being worked on.
            if (refusal.Code != AcceptInference.Duplicate)
            {
                await connection.Send(new Refused(order.RequestId, order.Attempt, refusal.Code), cancellationToken);
            }

            return;
        }

        await connection.Send(new Accepted(order.RequestId, order.Attempt), cancellationToken);
        var run = new AttemptRun(order, job, generator, vectors, jobs, connection, pulse.CountToken, time);
        var name = (order.RequestId, order.Attempt);
        _running[name] = run;
        _ = Finish(name, run, cancellationToken);
    }

    private async Task Finish((RequestId Request, int Attempt) name, AttemptRun run, CancellationToken cancellationToken)
    {
        try
        {
            await run.Run(cancellationToken);
        }
        catch (Exception unforeseen) when (unforeseen is not OperationCanceledException)
        {
            LogBroken(name.Request, name.Attempt, unforeseen.GetType().Name);
        }
        finally
        {
            _running.TryRemove(name, out _);
            run.Dispose();
            if (_running.IsEmpty && connection.TryRenewEpoch())
            {
                await SayHello([], cancellationToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "Attempt {Attempt} at request {Request} broke off: {Reason}.")]
    private partial void LogBroken(RequestId request, int attempt, string reason);
}
