using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Relay;

/// <summary>A worker's way to its server.</summary>
internal interface IWorkerConnection
{
    /// <summary>16 bytes; what the worker's hello says.</summary>
    byte[] Epoch { get; }

    /// <summary>
    /// Draws a new epoch when the old one has been in use for long enough, which only a worker that runs nothing may do; a
    /// hello must follow. An order that is under way meanwhile is lost, and its request's watchdog gives it out again.
    /// </summary>
    bool TryRenewEpoch();

    /// <summary>
    /// Rises whenever the way was lost and found again: what was said in between has not arrived. Always 0 where nothing can be lost.
    /// </summary>
    long Generation { get; }

    /// <summary>While there is no way to the server nothing is sent: the worker says what it has said again when there is.</summary>
    ValueTask Send(ToServer message, CancellationToken cancellationToken);

    /// <summary>How long text is worth gathering because the way could not take it sooner. Zero where it always can.</summary>
    TimeSpan TextDueIn(RequestId request, int attempt);

    IAsyncEnumerable<ToWorker> Receive(CancellationToken cancellationToken);
}
