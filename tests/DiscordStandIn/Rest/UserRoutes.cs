using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn.Limiting;
using MeatLizard.DiscordStandIn.Wire;

namespace MeatLizard.DiscordStandIn.Rest;

/// <summary>Who a bot is, where its gateway is, and whom it writes to directly.</summary>
internal sealed class UserRoutes(RateLimits limits, LimitWindows windows, Uri gateway)
{
    public IEnumerable<RestRoute> Routes =>
    [
        new("GET", "/gateway", _ => new JsonObject { ["url"] = Address }) { Open = true },
        new("GET", "/gateway/bot", GatewayBot),
        new("GET", "/users/@me", call => UserJson.Own(call.Bot)),
        new("GET", "/users/@me/guilds", Guilds),
        new("POST", "/users/@me/channels", OpenDirect),
        new("GET", "/users/{user}", call => UserJson.Of(call.World.Users.GetValueOrDefault(call.Id("user")) ?? throw Refusal.UnknownUser)),
        new("GET", "/applications/@me", call => UserJson.Of(call.Application)),
        new("GET", "/oauth2/applications/@me", call => UserJson.Of(call.Application)),
    ];

    private string Address => gateway.ToString().TrimEnd('/');

    private RestAnswer GatewayBot(RestCall call)
    {
        var starts = windows.Look($"identify {call.Bot.Id}", limits.Identify);
        return new JsonObject
        {
            ["url"] = Address,
            ["shards"] = 1,
            ["session_start_limit"] = new JsonObject
            {
                ["total"] = starts.Limit,
                ["remaining"] = starts.Remaining,
                ["reset_after"] = starts.Remaining == starts.Limit ? 0 : (long)starts.ResetAfter.TotalMilliseconds,
                ["max_concurrency"] = limits.IdentifyAtOnce.Requests,
            },
        };
    }

    private static RestAnswer Guilds(RestCall call) => JsonText.Array(
        from guild in call.World.Guilds.Values
        where guild.Members.ContainsKey(call.Bot.Id)
        orderby guild.Id
        select new JsonObject
        {
            ["id"] = guild.Id.Text(),
            ["name"] = guild.Name,
            ["icon"] = null,
            ["owner"] = guild.OwnerId == call.Bot.Id,
            ["permissions"] = guild.PermissionsOf(call.Bot.Id).Text(),
            ["features"] = new JsonArray(),
        });

    private static RestAnswer OpenDirect(RestCall call)
    {
        var other = call.World.Users.GetValueOrDefault(RestCall.Id(call.Body["recipient_id"], "recipient_id")) ?? throw Refusal.UnknownUser;
        return other.IsBot ? throw new Refusal(400, 50007, "Cannot send messages to this user") : ChannelJson.Of(call.World.Direct(call.Bot, other));
    }
}
