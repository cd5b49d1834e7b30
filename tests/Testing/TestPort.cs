using System.Net;
using System.Net.Sockets;

namespace MeatLizard.Testing;

/// <summary>
/// Ports to listen on. Below those that the system gives to connections: such a one is taken by anybody who dials out between the looking and
/// the listening, and who dials a server that is gone may find somebody else there.
/// </summary>
public static class TestPort
{
    private const int First = 20_000;
    private const int Last = 32_000;

    /// <summary>One that nobody listens on now.</summary>
    public static int Free()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, Last);
            using var probe = new TcpListener(IPAddress.Loopback, port);
            try
            {
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody does.
            }
        }
    }
}
