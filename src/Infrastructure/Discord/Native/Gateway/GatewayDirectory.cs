using MeatLizard.Infrastructure.Discord.Native.Rest;
using MeatLizard.Infrastructure.Discord.Native.Wire;

namespace MeatLizard.Infrastructure.Discord.Native.Gateway;

/// <summary>Asks where the gateway is, and how many sessions may still be begun.</summary>
internal sealed class GatewayDirectory(DiscordOptions options, RestClient rest)
{
    public async Task<WireGateway> Ask(CancellationToken cancellationToken)
    {
        var call = new RestCall(HttpMethod.Get, "gateway/bot") { IsRepeatable = true };
        var found = (await rest.Send(call, cancellationToken)).Read(DiscordJson.Default.WireGateway);
        return options.Gateway is { } configured ? found with { Url = configured } : found;
    }
}
