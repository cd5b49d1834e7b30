using System.Net;

namespace MeatLizard.Presentation.Api;

/// <summary>
/// The names that this server answers to. A page elsewhere can point a name of its own at 127.0.0.1; its calls then carry that
/// name, and are refused here.
/// </summary>
internal sealed class HostNames
{
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase) { "localhost", "127.0.0.1", "[::1]" };
    private readonly bool _takesAddresses;

    public HostNames(string urls, string? allowed)
    {
        const StringSplitOptions clean = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        foreach (var url in urls.Split(';', clean))
        {
            var address = BindingAddress.Parse(url);
            if (address.Host is "*" or "+" or "0.0.0.0" or "[::]")
            {
                // Open to the network: it is reached by addresses that nobody could list. An address cannot be pointed elsewhere.
                _takesAddresses = true;
                _names.Add(Dns.GetHostName());
            }
            else
            {
                _names.Add(address.Host);
            }
        }

        _names.UnionWith((allowed ?? "").Split([';', ','], clean));
    }

    public bool Allows(HostString host) =>
        _names.Contains(host.Host)
        || (_takesAddresses && IPAddress.TryParse(host.Host, out _))
        || (host.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase));
}
