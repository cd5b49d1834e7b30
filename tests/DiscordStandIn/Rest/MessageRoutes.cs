using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.DiscordStandIn.Wire;

namespace MeatLizard.DiscordStandIn.Rest;

/// <summary>Messages of a channel.</summary>
internal sealed class MessageRoutes(StandInOptions options, Messages messages, MessageBody bodies)
{
    private static readonly TimeSpan BulkDeletable = TimeSpan.FromDays(14);

    public IEnumerable<RestRoute> Routes =>
    [
        new("POST", "/channels/{channel}/messages", Create),
        new("GET", "/channels/{channel}/messages", List),
        new("GET", "/channels/{channel}/messages/{message}", Get),
        new("PATCH", "/channels/{channel}/messages/{message}", Edit),
        new("DELETE", "/channels/{channel}/messages/{message}", Delete),
        new("POST", "/channels/{channel}/messages/bulk-delete", DeleteTogether),
        new("POST", "/channels/{channel}/typing", Typing),
        new("PUT", "/channels/{channel}/messages/{message}/reactions/{emoji}/@me", call => React(call, add: true)),
        new("DELETE", "/channels/{channel}/messages/{message}/reactions/{emoji}/@me", call => React(call, add: false)),
    ];

    private RestAnswer Create(RestCall call)
    {
        var channel = call.Channel(Permissions.SendMessages);
        if (channel.Type == Channel.Category)
            throw new Refusal(400, 50024, "Cannot execute action on this channel type");
        var draft = bodies.Read(call, call.Body);
        if (call.Files.Count > 0 && !channel.Lets(call.Bot.Id, Permissions.AttachFiles))
            throw Refusal.MissingPermissions;
        if (draft.RepliesTo is { } replied && !channel.Messages.ContainsKey(replied))
            throw Refusal.Field("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message");
        if (draft.Nonce is { } nonce && (bool?)call.Body["enforce_nonce"] == true
            && messages.WithNonce(call.Bot, nonce, options.NonceKept) is { } earlier)
            return messages.Json.Of(earlier, call.Viewer);
        return messages.Json.Of(messages.Post(channel, call.Bot, draft with { Flags = draft.Flags & ~Message.EphemeralFlag }), call.Viewer);
    }

    private RestAnswer List(RestCall call)
    {
        var channel = call.Channel();
        var limit = call.Limit(otherwise: 50, most: 100);
        if (!channel.Lets(call.Bot.Id, Permissions.ReadMessageHistory))
            return new JsonArray();
        var all = channel.Messages.Values;
        IEnumerable<Message> chosen;
        if (call.Query("around") is { } around)
        {
            var before = all.Where(message => message.Id <= around).TakeLast((limit / 2) + 1).ToArray();
            chosen = [.. before, .. all.Where(message => message.Id > around).Take(limit - before.Length)];
        }
        else if (call.Query("after") is { } after)
        {
            chosen = all.Where(message => message.Id > after).Take(limit);
        }
        else
        {
            chosen = all.Where(message => message.Id < (call.Query("before") ?? ulong.MaxValue)).TakeLast(limit);
        }

        return JsonText.Array(chosen.Reverse().Select(message => messages.Json.Of(message, call.Viewer)));
    }

    private RestAnswer Get(RestCall call) => messages.Json.Of(call.Message(call.Channel(Permissions.ReadMessageHistory)), call.Viewer);

    private RestAnswer Edit(RestCall call)
    {
        var message = call.Message(call.Channel());
        if (message.Author != call.Bot)
            throw Refusal.Forbidden(50005, "Cannot edit a message authored by another user");
        messages.Edit(message, bodies.Read(call, call.Body, message));
        return messages.Json.Of(message, call.Viewer);
    }

    private RestAnswer Delete(RestCall call)
    {
        var channel = call.Channel();
        var message = call.Message(channel);
        if (message.Author != call.Bot && !channel.Lets(call.Bot.Id, Permissions.ManageMessages))
            throw Refusal.MissingPermissions;
        messages.Delete(message);
        return RestAnswer.None;
    }

    private RestAnswer DeleteTogether(RestCall call)
    {
        var channel = call.Channel(Permissions.ManageMessages);
        var ids = (call.Body["messages"] as JsonArray ?? []).Select((one, i) => RestCall.Id(one, $"messages.{i}")).Distinct().ToArray();
        if (ids.Length is < 2 or > 100)
            throw new Refusal(400, 50016, "Provided too few or too many messages to delete. Must provide at least 2 and at most 100 messages.");
        var oldest = Snowflake.At(options.Time.GetUtcNow() - BulkDeletable);
        if (ids.Any(id => id < oldest))
            throw new Refusal(400, 50034, "You can only bulk delete messages that are under 14 days old.");
        messages.DeleteTogether(channel, [.. ids.Where(channel.Messages.ContainsKey)]);
        return RestAnswer.None;
    }

    private RestAnswer Typing(RestCall call)
    {
        messages.Typing(call.Channel(Permissions.SendMessages), call.Bot);
        return RestAnswer.None;
    }

    private RestAnswer React(RestCall call, bool add)
    {
        var channel = call.Channel(add ? Permissions.AddReactions | Permissions.ReadMessageHistory : Permissions.ViewChannel);
        messages.React(call.Message(channel), call.Bot, Uri.UnescapeDataString(call.Text("emoji")), add);
        return RestAnswer.None;
    }
}
