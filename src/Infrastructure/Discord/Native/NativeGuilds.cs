using MeatLizard.Infrastructure.Discord.Native.Rest;
using MeatLizard.Infrastructure.Discord.Native.Wire;

namespace MeatLizard.Infrastructure.Discord.Native;

internal sealed class NativeGuilds(RestClient rest) : IDiscordGuilds
{
    private const int Page = 200;

    public async Task<IReadOnlyList<Snowflake>> Guilds(CancellationToken cancellationToken)
    {
        var guilds = new List<Snowflake>();
        for (var isMore = true; isMore;)
        {
            var call = new RestCall(HttpMethod.Get, "users/@me/guilds")
            {
                Query = $"?limit={Page}&after={guilds.LastOrDefault()}",
                IsRepeatable = true,
            };
            var page = (await rest.Send(call, cancellationToken)).Read(DiscordJson.Default.WireIdArray);
            guilds.AddRange(page.Select(guild => guild.Id).Order());
            isMore = page.Length == Page;
        }

        return guilds;
    }

    public async Task<DiscordGuild> Guild(Snowflake guild, CancellationToken cancellationToken) =>
        (await Get("guilds/*", cancellationToken, guild)).Read(DiscordJson.Default.WireGuild).ToGuild();

    public async Task<IReadOnlyList<DiscordChannel>> Channels(Snowflake guild, CancellationToken cancellationToken) =>
    [
        .. (await Get("guilds/*/channels", cancellationToken, guild))
            .Read(DiscordJson.Default.WireChannelArray)
            .Select(channel => channel.ToChannel(guild)),
    ];

    public async Task<DiscordMember> Member(Snowflake guild, Snowflake user, CancellationToken cancellationToken) =>
        (await Get("guilds/*/members/*", cancellationToken, guild, user)).Read(DiscordJson.Default.WireMember).ToMember();

    public async Task<DiscordChannel> CreateChannel(Snowflake guild, DiscordChannelDraft draft, CancellationToken cancellationToken)
    {
        var body = new WireChannelDraft(draft.Name, (int)draft.Kind, draft.Topic, draft.ParentId, Wire(draft.Overwrites));
        var call = new RestCall(HttpMethod.Post, "guilds/*/channels", guild.ToString())
        {
            Body = RestCall.Json(body, DiscordJson.Default.WireChannelDraft),
        };
        return (await rest.Send(call, cancellationToken)).Read(DiscordJson.Default.WireChannel).ToChannel(guild);
    }

    public async Task<DiscordChannel> ChangeChannel(Snowflake channel, DiscordChannelChange change, CancellationToken cancellationToken)
    {
        var body = new WireChannelDraft(
            change.Name, null, change.Topic, change.ParentId, change.Overwrites is { } overwrites ? Wire(overwrites) : null);
        var call = new RestCall(HttpMethod.Patch, "channels/*", channel.ToString())
        {
            Body = RestCall.Json(body, DiscordJson.Default.WireChannelDraft),
            IsRepeatable = true,
        };
        return (await rest.Send(call, cancellationToken)).Read(DiscordJson.Default.WireChannel).ToChannel(null);
    }

    public Task DeleteChannel(Snowflake channel, CancellationToken cancellationToken) =>
        Gone.IsFine(rest, new(HttpMethod.Delete, "channels/*", channel.ToString()), Gone.Channel, cancellationToken);

    public Task SetOverwrite(Snowflake channel, DiscordOverwrite overwrite, CancellationToken cancellationToken)
    {
        var call = new RestCall(HttpMethod.Put, "channels/*/permissions/*", channel.ToString(), overwrite.Target.ToString())
        {
            Body = RestCall.Json(WireOverwrite.Of(overwrite), DiscordJson.Default.WireOverwrite),
            IsRepeatable = true,
        };
        return rest.Send(call, cancellationToken);
    }

    public Task RemoveOverwrite(Snowflake channel, Snowflake target, CancellationToken cancellationToken) => Gone.IsFine(
        rest, new(HttpMethod.Delete, "channels/*/permissions/*", channel.ToString(), target.ToString()), Gone.Overwrite, cancellationToken);

    private static WireOverwrite[] Wire(IReadOnlyList<DiscordOverwrite> overwrites) => [.. overwrites.Select(WireOverwrite.Of)];

    private Task<RestAnswer> Get(string route, CancellationToken cancellationToken, params Snowflake[] ids) => rest.Send(
        new(HttpMethod.Get, route, [.. ids.Select(id => id.ToString())]) { IsRepeatable = true }, cancellationToken);
}
