using System.Net.WebSockets;
using MeatLizard.Application.Relay.Workers;

namespace MeatLizard.Infrastructure.Relay.Link;

/// <summary>Where a host hands over the sockets of workers that have dialled in.</summary>
public interface ILinkDoor
{
    /// <summary>The socket's life: the worker proves its root, is heard and told, and leaves or is cut off.</summary>
    /// <param name="worker">As <see cref="AdmitWorker"/> has let it in.</param>
    /// <param name="pulse">Of what comes over the socket; one that has been still for too long is given up.</param>
    /// <param name="place">Given back as soon as the worker has proved itself; the caller gives it back at the end all the same.</param>
    Task Serve(EnrolledWorker worker, WebSocket socket, LinkPulse pulse, IDisposable place, CancellationToken cancellationToken);
}
