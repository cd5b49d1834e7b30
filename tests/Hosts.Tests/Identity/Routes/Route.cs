using System.Text.RegularExpressions;
using MeatLizard.Hosts.Tests.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Identity.Routes;

/// <summary>A route that is not for anybody, as the host has it.</summary>
internal sealed partial record Route(string Method, string Pattern, string? Policy)
{
    public bool HasId => Pattern.Contains('{', StringComparison.Ordinal);

    public bool NeedsGuid => Pattern.Contains("{id:guid}", StringComparison.Ordinal);

    /// <summary>Of what the id is.</summary>
    public string Kind => Pattern.Split('/') is [_, "api", "v1", var kind, ..] ? kind : "";

    /// <summary>All that there are: found, not listed.</summary>
    public static Route[] Of(ApiHost host) =>
    [
        .. from endpoint in host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           where !endpoint.Metadata.OfType<IAllowAnonymous>().Any()
           from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]
           select new Route(
               method,
               "/" + endpoint.RoutePattern.RawText!.Trim('/'),
               endpoint.Metadata.OfType<IAuthorizeData>().Select(policy => policy.Policy).Distinct().SingleOrDefault()),
    ];

    /// <param name="ids">In their order; one alone stands for all.</param>
    public string Path(params string[] ids)
    {
        var next = 0;
        return Ids().Replace(Pattern, _ => ids[Math.Min(next++, ids.Length - 1)]);
    }

    public override string ToString() => $"{Method} {Pattern}";

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Ids();
}
