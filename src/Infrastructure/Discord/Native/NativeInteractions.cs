using MeatLizard.Infrastructure.Discord.Native.Rest;
using MeatLizard.Infrastructure.Discord.Native.Wire;

namespace MeatLizard.Infrastructure.Discord.Native;

internal sealed class NativeInteractions(RestClient rest, NativeIdentity identity) : IDiscordInteractions
{
    private const int AnsweredAlready = 40060;

    public async Task RegisterCommands(Snowflake? guild, IReadOnlyList<DiscordCommand> commands, CancellationToken cancellationToken)
    {
        var application = (await identity.WhoAmI(cancellationToken)).Application.ToString();
        var body = commands.Select(command => WireCommand.Of(command, isGlobal: guild is null)).ToArray();
        var call = guild is { } id
            ? new RestCall(HttpMethod.Put, "applications/*/guilds/*/commands", application, id.ToString())
            : new RestCall(HttpMethod.Put, "applications/*/commands", application);
        await rest.Send(call with { Body = RestCall.Json(body, DiscordJson.Default.WireCommandArray), IsRepeatable = true }, cancellationToken);
    }

    public Task Defer(DiscordInteraction interaction, bool ephemeral, CancellationToken cancellationToken) => Callback(
        interaction, new(WireCallback.Deferred, new(null, null, null, WirePost.Deferred(ephemeral), null)), [], cancellationToken);

    public Task Answer(DiscordInteraction interaction, DiscordReply reply, CancellationToken cancellationToken)
    {
        var post = WirePost.Of(reply);
        var data = new WireCallbackData(post.Content, post.AllowedMentions, post.Attachments, post.Flags, null);
        return Callback(interaction, new(WireCallback.Message, data), reply.Files, cancellationToken);
    }

    public Task Suggest(DiscordInteraction interaction, IReadOnlyList<string> choices, CancellationToken cancellationToken) => Callback(
        interaction, new(WireCallback.Choices, new(null, null, null, null, WireChoice.Of(choices))), [], cancellationToken);

    public Task EditAnswer(DiscordInteraction interaction, DiscordReply reply, CancellationToken cancellationToken)
    {
        var call = new RestCall(HttpMethod.Patch, "webhooks/*/*/messages/@original", interaction.Application.ToString(), interaction.Token)
        {
            IsRepeatable = true,
        };

        // Who sees an answer is decided when it is first given.
        return rest.Send(WithBody(call, WirePost.Of(reply) with { Flags = null }, reply.Files), cancellationToken);
    }

    public Task FollowUp(DiscordInteraction interaction, DiscordReply reply, CancellationToken cancellationToken)
    {
        var call = new RestCall(HttpMethod.Post, "webhooks/*/*", interaction.Application.ToString(), interaction.Token);
        return rest.Send(WithBody(call, WirePost.Of(reply), reply.Files), cancellationToken);
    }

    private static RestCall WithBody(RestCall call, WirePost body, IReadOnlyList<DiscordFile> files) => call with
    {
        Body = RestCall.Json(body, DiscordJson.Default.WirePost, files),
        IsByInteraction = true,
    };

    private async Task Callback(
        DiscordInteraction interaction, WireCallback callback, IReadOnlyList<DiscordFile> files, CancellationToken cancellationToken)
    {
        var sent = 0;
        var body = RestCall.Json(callback, DiscordJson.Default.WireCallback, files);
        var call = new RestCall(HttpMethod.Post, "interactions/*/*/callback", interaction.Id.ToString(), interaction.Token)
        {
            Body = () =>
            {
                sent++;
                return body();
            },
            IsRepeatable = true,
            IsByInteraction = true,
        };
        try
        {
            await rest.Send(call, cancellationToken);
        }
        catch (DiscordException answered) when (sent > 1 && answered.Code == AnsweredAlready)
        {
            // An earlier attempt has arrived after all; only its answer was lost.
        }
    }
}
