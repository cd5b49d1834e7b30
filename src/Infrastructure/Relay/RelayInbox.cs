using System.Collections.Concurrent;
using System.Security.Cryptography;
using MeatLizard.Application;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Relay;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Relay;

/// <summary>
/// Sorts what workers say: hellos and goodbyes are handled in turn, the rest goes to the mailbox of its request. It stops after
/// the carriers do, so that what a worker says in leaving is still taken in.
/// </summary>
internal sealed partial class RelayInbox(
    UseCases useCases,
    IServiceProvider services,
    IWorkerRegistry workers,
    GivenOut givenOut,
    StatelessCalls calls,
    TimeProvider time,
    ILogger<RelayInbox> logger) : IRelayInbox, IHostedService, IDisposable
{
    private const int ChallengeSize = 32;

    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(RequestId, int), AttemptMailbox> _mailboxes = new();
    private readonly ConcurrentDictionary<AttemptMailbox, Task> _work = new();
    private readonly CancellationTokenSource _stop = new();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_work.Values);
    }

    public void Dispose() => _stop.Dispose();

    public async ValueTask Deliver(WorkerId from, ToServer message, CancellationToken cancellationToken)
    {
        switch (message)
        {
            case IAttemptMessage about when calls.TryHear(from, about, out var answer):
                if (answer is not null)
                {
                    await Reply(from, answer, cancellationToken);
                }

                break;
            case IAttemptMessage about:
                await Post(from, about, cancellationToken);
                break;
            case Hello hello:
                await Register(from, hello, cancellationToken);
                await Reply(from, new Welcome(), cancellationToken);
                LogHello(from, hello.Models.Count, hello.Slots);
                break;
            case Heartbeat beat:
                if (!workers.Beat(from, beat) && services.GetServices<IRelayCarrier>().Any(carrier => !carrier.NoticesLoss && carrier.Reaches(from)))
                {
                    // It was taken for lost, and does not know; its hello brings it back.
                    await Reply(from, new Ping(RandomNumberGenerator.GetBytes(ChallengeSize)), cancellationToken);
                }

                break;
            case Bye:
                workers.Remove(from);
                LogBye(from);
                break;
        }
    }

    /// <summary>To the worker, if it can be reached; what is lost here is asked for or said again.</summary>
    internal async Task Reply(WorkerId worker, ToWorker message, CancellationToken cancellationToken)
    {
        try
        {
            await Carrier(worker).Send(worker, message, cancellationToken);
        }
        catch (CarrierException)
        {
        }
    }

    /// <summary>Whether a worker may speak of an attempt; see <see cref="AttemptMemory.MayBeHeard"/>.</summary>
    internal async Task<bool> MaySpeakOf(
        WorkerId worker, RequestId request, int attempt, AttemptMemory memory, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        return await memory.MayBeHeard(
            worker, request, attempt, givenOut, scope.ServiceProvider.GetRequiredService<IRequestStore>(), cancellationToken);
    }

    /// <summary>Tried until it is stored: without it the worker is not there, and nothing that it says could be stored either.</summary>
    private async Task Register(WorkerId from, Hello hello, CancellationToken cancellationToken)
    {
        var carrier = Carrier(from);
        while (true)
        {
            try
            {
                await useCases.Send(new RegisterWorker(from, carrier.Name, Environment.MachineName, hello), actor: null, cancellationToken);
                return;
            }
            catch (Exception broken) when (broken is not OperationCanceledException)
            {
                LogNotRegistered(from, broken);
                await Task.Delay(TryAgain, time, cancellationToken);
            }
        }
    }

    private async ValueTask Post(WorkerId from, IAttemptMessage message, CancellationToken cancellationToken)
    {
        while (true)
        {
            var name = (message.RequestId, message.Attempt);
            var mailbox = _mailboxes.GetOrAdd(name, _ => new AttemptMailbox(message.RequestId, message.Attempt, from, useCases, this, time, logger));
            if (mailbox.Worker != from)
            {
                // Either of the two is not the one that was asked; the mailbox finds out about its own.
                return;
            }

            if (await mailbox.Post(message, cancellationToken))
            {
                if (mailbox.TryStart())
                {
                    Start(name, mailbox);
                }

                return;
            }

            // It has just closed; the next one takes over from what is stored.
            _mailboxes.TryRemove(new(name, mailbox));
        }
    }

    private void Start((RequestId, int) name, AttemptMailbox mailbox)
    {
        var work = Task.Run(
            async () =>
            {
                await mailbox.Work(_stop.Token);
                _mailboxes.TryRemove(new(name, mailbox));
            },
            CancellationToken.None);
        _work[mailbox] = work;
        _ = work.ContinueWith(_ => _work.TryRemove(mailbox, out var _), TaskScheduler.Default);
    }

    /// <summary>Looked up late: carriers deliver to this inbox, and this inbox answers through them.</summary>
    private IRelayCarrier Carrier(WorkerId worker) =>
        services.GetServices<IRelayCarrier>().FirstOrDefault(carrier => carrier.Reaches(worker))
        ?? throw new CarrierException($"No carrier reaches {worker}.");

    [LoggerMessage(LogLevel.Information, "Worker {Worker} is online with {Models} models and {Slots} slots.")]
    private partial void LogHello(WorkerId worker, int models, int slots);

    [LoggerMessage(LogLevel.Error, "The hello of worker {Worker} could not be stored; it is tried again.")]
    private partial void LogNotRegistered(WorkerId worker, Exception broken);

    [LoggerMessage(LogLevel.Information, "Worker {Worker} has left.")]
    private partial void LogBye(WorkerId worker);
}
