using System.Net.WebSockets;
using MeatLizard.Application.Relay.Workers;

namespace MeatLizard.Infrastructure.Relay.Link;

/// <summary>Where a host hands over the sockets of workers that have dialled in.</summary>
public interface ILinkDoor
{
    /// <summary>The socket's life: the worker proves its root, is heard and told, and leaves or is cut off.</summary>
    /// <param name="worker">As <see cref="AdmitWorker"/> has let it in.</param>
    Task Serve(EnrolledWorker worker, WebSocket socket, CancellationToken cancellationToken);
}
