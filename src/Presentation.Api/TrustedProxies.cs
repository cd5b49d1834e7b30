using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace MeatLizard.Presentation.Api;

/// <summary>
/// What is believed of those who pass calls on. Where a caller comes from, of proxies that are named alone: limits count by address, and whoever may
/// name any address has no limit. That a proxy speaks https, also of one on this machine.
/// </summary>
internal sealed class TrustedProxies(string? named)
{
    private readonly IPAddress[] _named =
        [.. (named ?? string.Empty).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse)];

    /// <summary>Before everything that asks how a call has come.</summary>
    public void Use(IApplicationBuilder app)
    {
        // The framework's own list of proxies is this machine.
        var scheme = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedProto };
        Add(scheme);
        app.UseForwardedHeaders(scheme);
        if (_named.Length == 0)
        {
            return;
        }

        var address = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor };
        address.KnownProxies.Clear();
        address.KnownIPNetworks.Clear();
        Add(address);
        app.UseForwardedHeaders(address);
    }

    private void Add(ForwardedHeadersOptions options)
    {
        foreach (var proxy in _named)
        {
            options.KnownProxies.Add(proxy);
        }
    }
}
