using System.Net;
using System.Net.Sockets;

namespace MeatLizard.Presentation.Api.Configuration;

/// <summary>
/// Whether every address can be listened on, found out before anything is written: a second host on a taken port must leave the first
/// one's database as it is. Who takes the port in between is told by <see cref="ApiApplication.Listen"/>.
/// </summary>
internal static class AddressCheck
{
    /// <exception cref="WrongConfigurationException">It cannot listen where it is told to.</exception>
    public static void Run(IConfiguration configuration)
    {
        foreach (var url in Addresses(configuration))
        {
            var address = BindingAddress.Parse(url);
            if (address is { IsUnixPipe: false, IsNamedPipe: false, Port: > 0 })
            {
                Check(url, address);
            }
        }
    }

    // Kestrel's own endpoints take the place of Urls.
    private static IEnumerable<string> Addresses(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>();
        return endpoints.Any()
            ? endpoints
            : (configuration["Urls"] ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }

    private static void Check(string url, BindingAddress address)
    {
        var isLiteral = IPAddress.TryParse(address.Host, out var literal);
        foreach (var place in isLiteral ? [literal!] : PlacesOf(address.Host))
        {
            try
            {
                using var socket = new Socket(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                if (place.Equals(IPAddress.IPv6Any))
                {
                    socket.DualMode = true;
                }

                socket.Bind(new IPEndPoint(place, address.Port));
            }
            catch (SocketException wrong) when (wrong.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                throw new WrongConfigurationException(
                    $"Urls: the address is taken by another program; choose another one with --urls. ({url})");
            }
            catch (SocketException wrong) when (isLiteral)
            {
                throw new WrongConfigurationException(
                    $"Urls: this machine cannot listen there; choose another address with --urls. ({url}: {wrong.Message})");
            }
            catch (SocketException)
            {
                // A machine without IPv6: Kestrel listens on what there is.
            }
        }
    }

    private static IPAddress[] PlacesOf(string host) => "localhost".Equals(host, StringComparison.OrdinalIgnoreCase)
        ? [IPAddress.Loopback, IPAddress.IPv6Loopback]
        : [IPAddress.IPv6Any];
}
