using MeatLizard.Presentation.Api.Calls;
using MeatLizard.Presentation.Api.Identity;

namespace MeatLizard.Presentation.Api.Operations;

internal static class MetricsEndpoint
{
    public static void MapMetrics(this IEndpointRouteBuilder app) =>
        app.MapGet("/metrics", (Metrics metrics) => TypedResults.Text(metrics.Read(), "text/plain; version=0.0.4; charset=utf-8"))
            .RequireAuthorization(Access.Admin).Produces(200, contentType: "text/plain").WithSummary("Measurements for Prometheus")
            .Refuses(401, 403);
}
