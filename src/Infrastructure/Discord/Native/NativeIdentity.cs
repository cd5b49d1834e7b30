using MeatLizard.Infrastructure.Discord.Native.Rest;
using MeatLizard.Infrastructure.Discord.Native.Wire;

namespace MeatLizard.Infrastructure.Discord.Native;

/// <summary>Who the token belongs to. Asked each time: the flags can be switched meanwhile.</summary>
internal sealed class NativeIdentity(RestClient rest)
{
    public async Task<DiscordIdentity> WhoAmI(CancellationToken cancellationToken)
    {
        var bot = (await Get("users/@me", cancellationToken)).Read(DiscordJson.Default.WireUser);
        var application = (await Get("applications/@me", cancellationToken)).Read(DiscordJson.Default.WireApplication);
        return application.ToIdentity(bot);
    }

    private Task<RestAnswer> Get(string route, CancellationToken cancellationToken) =>
        rest.Send(new(HttpMethod.Get, route) { IsRepeatable = true }, cancellationToken);
}
