using System.Net;

namespace MeatLizard.Infrastructure.Security;

/// <summary>The one way through a proxy, for all that this process asks of others.</summary>
public static class OutboundProxy
{
    /// <param name="address">May hold a name and a password, as in <c>http://name:password@host:port</c>, which .NET leaves to the caller.</param>
    /// <returns>Null without an address: then what the system says holds.</returns>
    public static IWebProxy? Through(Uri? address) => address is null ? null : new WebProxy(address)
    {
        Credentials = address.UserInfo.Split(':', 2) is [{ Length: > 0 } name, var password]
            ? new NetworkCredential(Uri.UnescapeDataString(name), Uri.UnescapeDataString(password))
            : null,
    };
}
