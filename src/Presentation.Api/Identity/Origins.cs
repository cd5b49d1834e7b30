namespace MeatLizard.Presentation.Api.Identity;

/// <summary>From which pages calls may come.</summary>
internal sealed class Origins(IReadOnlyList<string> configured)
{
    public IReadOnlyList<string> Configured => configured;

    /// <summary>
    /// Our own page, or a configured one. That the page came over TLS and the call does not is no difference: a proxy in front may have taken it
    /// off, and the host is what a foreign page cannot have. The other way round it is one: a page without TLS may be anybody's on the way.
    /// </summary>
    public bool AreOurs(HttpRequest request, string origin) =>
        configured.Contains(origin, StringComparer.OrdinalIgnoreCase)
        || (Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && !request.IsHttps))
            && uri.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));
}
