using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

/// <summary>Brings sealed messages to one kind of workers, and theirs to us.</summary>
public interface IRelayCarrier
{
    /// <summary><c>in_process</c>, <c>link</c> or <c>discord</c>.</summary>
    string Name { get; }

    /// <summary>Whether this host holds the way to that worker now.</summary>
    bool Reaches(WorkerId worker);

    /// <summary>Whether it notices by itself that a worker is gone. Where it does not, a worker that says nothing for long is taken for lost.</summary>
    bool NoticesLoss => true;

    /// <summary>Hands the message over. Returning means that it is on its way, not that it has arrived.</summary>
    /// <exception cref="CarrierException">There is no way to the worker now.</exception>
    Task Send(WorkerId worker, ToWorker message, CancellationToken cancellationToken);
}
