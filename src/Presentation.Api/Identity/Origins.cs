namespace MeatLizard.Presentation.Api.Identity;

/// <summary>From which pages calls may come.</summary>
internal sealed class Origins(IReadOnlyList<string> configured)
{
    public IReadOnlyList<string> Configured => configured;

    /// <summary>
    /// Our own page, or a configured one. The scheme is left out of the comparison: a proxy in front may have taken TLS off, and the
    /// host is what a foreign page cannot have.
    /// </summary>
    public bool AreOurs(HttpRequest request, string origin) =>
        configured.Contains(origin, StringComparer.OrdinalIgnoreCase)
        || (Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https"
            && uri.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));
}
