using System.Collections.Concurrent;
using MeatLizard.Application;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Relay;

/// <summary>Sorts what workers say: hellos and goodbyes are handled in turn, the rest goes to the mailbox of its request.</summary>
internal sealed partial class RelayInbox(
    UseCases useCases,
    IServiceProvider services,
    IWorkerRegistry workers,
    IHostApplicationLifetime lifetime,
    ILogger<RelayInbox> logger) : IRelayInbox
{
    private readonly ConcurrentDictionary<(RequestId, int), AttemptMailbox> _mailboxes = new();

    public async ValueTask Deliver(WorkerId from, ToServer message, CancellationToken cancellationToken)
    {
        switch (message)
        {
            case IAttemptMessage about:
                await Post(from, about, cancellationToken);
                break;
            case Hello hello:
                var carrier = Carrier(from);
                await useCases.Send(new RegisterWorker(from, carrier.Name, Environment.MachineName, hello), actor: null, cancellationToken);
                await Reply(from, new Welcome(), cancellationToken);
                LogHello(from, hello.Models.Count, hello.Slots);
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

    private async ValueTask Post(WorkerId from, IAttemptMessage message, CancellationToken cancellationToken)
    {
        while (true)
        {
            var name = (message.RequestId, message.Attempt);
            var mailbox = _mailboxes.GetOrAdd(name, _ => new AttemptMailbox(message.RequestId, message.Attempt, from, useCases, this, logger));
            if (await mailbox.Post(message, cancellationToken))
            {
                mailbox.StartOnce(() => _mailboxes.TryRemove(name, out var _), lifetime.ApplicationStopping);
                return;
            }

            // It has just closed; the next one takes over from what is stored.
            _mailboxes.TryRemove(new(name, mailbox));
        }
    }

    /// <summary>Looked up late: carriers deliver to this inbox, and this inbox answers through them.</summary>
    private IRelayCarrier Carrier(WorkerId worker) =>
        services.GetServices<IRelayCarrier>().FirstOrDefault(carrier => carrier.Reaches(worker))
        ?? throw new CarrierException($"No carrier reaches {worker}.");

    [LoggerMessage(LogLevel.Information, "Worker {Worker} is online with {Models} models and {Slots} slots.")]
    private partial void LogHello(WorkerId worker, int models, int slots);

    [LoggerMessage(LogLevel.Information, "Worker {Worker} has left.")]
    private partial void LogBye(WorkerId worker);
}
