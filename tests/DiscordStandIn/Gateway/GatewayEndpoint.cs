using MeatLizard.DiscordStandIn.Posted;

namespace MeatLizard.DiscordStandIn.Gateway;

/// <summary>Where clients connect: at the root, and at /resume those that READY sent there.</summary>
internal sealed class GatewayEndpoint(GatewayHub hub, GatewayProtocol protocol, Counters counters)
{
    public async Task Accept(HttpContext context)
    {
        if (hub.Refuses)
        {
            counters.AtGateway("refused", bot: null);
            context.Abort();
            return;
        }

        var compress = context.Request.Query["compress"].ToString();
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        using var connection = new GatewayConnection(socket, compress == "zlib-stream", hub, context.Abort)
        {
            AtResumeAddress = context.Request.Path.StartsWithSegments("/resume"),
        };
        await using var _ = context.RequestAborted.Register(connection.Cut);
        if (context.Request.Query["v"] != "10")
            connection.Close(CloseCode.InvalidVersion);
        else if (context.Request.Query["encoding"] != "json" || compress is not ("" or "zlib-stream"))
            connection.Close(CloseCode.DecodeError);
        else
            hub.Joined(connection);
        await connection.Run(protocol.Receive);
    }
}
