using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn.Gateway;
using MeatLizard.DiscordStandIn.Posted;
using MeatLizard.DiscordStandIn.Wire;

namespace MeatLizard.DiscordStandIn.Guilds;

/// <summary>Posts, edits and deletes; whether somebody may is asked elsewhere. Called under the world's gate.</summary>
internal sealed class Messages(World world, Ledger ledger, MessageJson json)
{
    private readonly Dictionary<(ulong Author, string Nonce), (ulong Message, Channel Channel)> _nonces = [];

    public MessageJson Json => json;

    /// <summary>What the same author has posted with this nonce in the last minutes.</summary>
    public Message? WithNonce(User author, string nonce, TimeSpan within) =>
        _nonces.TryGetValue((author.Id, nonce), out var known)
        && known.Channel.Messages.TryGetValue(known.Message, out var message)
        && world.Time.GetUtcNow() - message.At <= within
            ? message
            : null;

    public Message Post(Channel channel, User author, Draft draft)
    {
        var repliedTo = draft.RepliesTo is { } id && channel.Messages.TryGetValue(id, out var original) ? original.Author : null;
        var mentions = Mentions.In(world, channel, author, draft.Content, draft.AllowedMentions, repliedTo);
        var message = new Message(world.NextId(), channel, author, world.Time.GetUtcNow())
        {
            Type = draft.RepliesTo is null ? draft.Type : 19,
            Content = draft.Content,
            Nonce = draft.Nonce,
            NonceIsNumber = draft.NonceIsNumber,
            Flags = draft.Flags,
            Attachments = draft.Attachments,
            Mentions = mentions.Users,
            MentionedRoles = mentions.Roles,
            MentionsEveryone = mentions.Everyone,
            RepliesTo = draft.RepliesTo,
            Embeds = draft.Embeds,
            Components = draft.Components,
            Interaction = draft.Interaction,
        };
        if (!message.IsEphemeral)
            channel.Messages.Add(message.Id, message);
        if (message.Nonce is not null)
            _nonces[(author.Id, message.Nonce)] = (message.Id, channel);
        ledger.Add(message);
        Tell("MESSAGE_CREATE", message);
        return message;
    }

    public void Edit(Message message, Draft draft)
    {
        var mentions = Mentions.In(world, message.Channel, message.Author, draft.Content, draft.AllowedMentions, repliedTo: null);
        message.Content = draft.Content;
        message.Embeds = draft.Embeds;
        message.Components = draft.Components;
        message.Attachments = draft.Attachments;
        message.Flags = (draft.Flags & ~Message.EphemeralFlag) | (message.Flags & Message.EphemeralFlag);
        (message.Mentions, message.MentionedRoles, message.MentionsEveryone) = (mentions.Users, mentions.Roles, mentions.Everyone);
        message.Edited = world.Time.GetUtcNow();
        ledger.Edited(message, message.Edited.Value);
        Tell("MESSAGE_UPDATE", message);
    }

    public void Delete(Message message)
    {
        _ = message.Channel.Messages.Remove(message.Id);
        ledger.Deleted(message.Id, world.Time.GetUtcNow());
        if (!message.IsEphemeral)
            Tell("MESSAGE_DELETE", message.Channel, Gone(message.Channel, "id", message.Id.Text()));
    }

    public void DeleteTogether(Channel channel, IReadOnlyList<ulong> ids)
    {
        foreach (var id in ids)
        {
            _ = channel.Messages.Remove(id);
            ledger.Deleted(id, world.Time.GetUtcNow());
        }

        Tell("MESSAGE_DELETE_BULK", channel, Gone(channel, "ids", JsonText.Ids(ids)));
    }

    public void Typing(Channel channel, User user)
    {
        var data = new JsonObject
        {
            ["channel_id"] = channel.Id.Text(),
            ["user_id"] = user.Id.Text(),
            ["timestamp"] = world.Time.GetUtcNow().ToUnixTimeSeconds(),
        };
        if (channel.Guild is { } guild)
        {
            data["guild_id"] = guild.Id.Text();
            data["member"] = UserJson.Of(guild.Members[user.Id]);
        }

        Tell("TYPING_START", channel, data, Intents.GuildMessageTyping, Intents.DirectMessageTyping);
    }

    /// <summary>Adds or takes back a reaction; nothing happens when it stands so already.</summary>
    public void React(Message message, User user, string emoji, bool add)
    {
        var users = message.Reactions.GetValueOrDefault(emoji) ?? [];
        if (users.Contains(user.Id) == add)
            return;
        if (add)
            users.Add(user.Id);
        else
            _ = users.Remove(user.Id);
        if (users.Count == 0)
            _ = message.Reactions.Remove(emoji);
        else
            message.Reactions[emoji] = users;
        var data = Gone(message.Channel, "message_id", message.Id.Text());
        data["user_id"] = user.Id.Text();
        data["emoji"] = new JsonObject { ["id"] = null, ["name"] = emoji };
        data["burst"] = false;
        data["type"] = 0;
        if (add && message.Channel.Guild is { } guild)
            data["member"] = UserJson.Of(guild.Members[user.Id]);
        Tell(
            add ? "MESSAGE_REACTION_ADD" : "MESSAGE_REACTION_REMOVE",
            message.Channel,
            data,
            Intents.GuildMessageReactions,
            Intents.DirectMessageReactions);
    }

    private static JsonObject Gone(Channel channel, string name, JsonNode value)
    {
        var data = new JsonObject { [name] = value, ["channel_id"] = channel.Id.Text() };
        if (channel.Guild is { } guild)
            data["guild_id"] = guild.Id.Text();
        return data;
    }

    private void Tell(string name, Message message)
    {
        if (!message.IsEphemeral)
            Tell(name, message.Channel, viewer => json.Event(message, viewer), Intents.GuildMessages, Intents.DirectMessages);
    }

    private void Tell(
        string name, Channel channel, JsonObject data, Intents inGuild = Intents.GuildMessages, Intents direct = Intents.DirectMessages) =>
        Tell(name, channel, _ => data.Copy(), inGuild, direct);

    private void Tell(string name, Channel channel, Func<Viewer, JsonObject> data, Intents inGuild, Intents direct) =>
        world.Publish(new Happening(name, channel.Guild is null ? direct : inGuild, data) { Guild = channel.Guild, SeenIn = channel });
}
