using MeatLizard.Infrastructure.Relay.Link;
using Microsoft.AspNetCore.Http.Features;

namespace MeatLizard.Presentation.Api.Relay.Workers;

/// <summary>Listens beneath a worker's WebSocket, from its first byte on. It has to be there before the WebSockets' own layer.</summary>
internal sealed class HeardUpgrade(IHttpUpgradeFeature inner, LinkPulse pulse) : IHttpUpgradeFeature
{
    public bool IsUpgradableRequest => inner.IsUpgradableRequest;

    public static void Use(IApplicationBuilder app) => app.Use(static (http, next) =>
    {
        if (http.Request.Path.StartsWithSegments(LinkProtocol.Path) && http.Features.Get<IHttpUpgradeFeature>() is { } upgrade)
        {
            var pulse = new LinkPulse(http.RequestServices.GetRequiredService<TimeProvider>());
            http.Features.Set(pulse);
            http.Features.Set<IHttpUpgradeFeature>(new HeardUpgrade(upgrade, pulse));
        }

        return next(http);
    });

    public async Task<Stream> UpgradeAsync() => pulse.Over(await inner.UpgradeAsync());
}
