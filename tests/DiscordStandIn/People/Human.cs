using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn.Guilds;

namespace MeatLizard.DiscordStandIn.People;

/// <summary>A human at the keyboard. What Discord's own program would not let him do is refused. Safe from any thread.</summary>
/// <remarks>Every method throws <see cref="InvalidOperationException"/> with the reason when the human may not.</remarks>
public sealed class Human
{
    private readonly World _world;
    private readonly Messages _messages;
    private readonly Interactions _interactions;

    internal Human(User user, World world, Messages messages, Interactions interactions) =>
        (User, _world, _messages, _interactions) = (user, world, messages, interactions);

    public User User { get; }

    /// <summary>Posts into a channel, or into his direct messages with a bot.</summary>
    public Message Post(Channel channel, string content, params (string Name, byte[] Bytes)[] files)
    {
        lock (_world.Gate)
        {
            Must(channel, Permissions.ViewChannel | Permissions.SendMessages, "write");
            if (files.Length > 0)
                Must(channel, Permissions.AttachFiles, "attach files");
            if (content.Length > 2000)
                throw new InvalidOperationException("A message has at most 2,000 characters.");
            if (string.IsNullOrWhiteSpace(content) && files.Length == 0)
                throw new InvalidOperationException("An empty message can't be sent.");
            return _messages.Post(channel, User, new Draft(content.Trim())
            {
                Attachments = [.. files.Select(file => new Attachment(
                    _world.NextId(), file.Name, "application/octet-stream", file.Bytes, Convert.ToHexStringLower(SHA256.HashData(file.Bytes))))],
            });
        }
    }

    /// <summary>His direct messages with a bot.</summary>
    public Channel DirectWith(User bot) => _world.Direct(User, bot);

    public void Edit(Message message, string content)
    {
        lock (_world.Gate)
        {
            Own(message);
            _messages.Edit(message, new Draft(content) { Attachments = message.Attachments, Flags = message.Flags });
        }
    }

    /// <summary>His own, or, where he may manage messages, anybody's.</summary>
    public void Delete(Message message)
    {
        lock (_world.Gate)
        {
            if (message.Author != User)
                Must(message.Channel, Permissions.ManageMessages, "delete others' messages");
            _messages.Delete(message);
        }
    }

    public void Type(Channel channel)
    {
        lock (_world.Gate)
        {
            Must(channel, Permissions.SendMessages, "write");
            _messages.Typing(channel, User);
        }
    }

    public void React(Message message, string emoji, bool add = true)
    {
        lock (_world.Gate)
        {
            Must(message.Channel, Permissions.AddReactions, "react");
            _messages.React(message, User, emoji, add);
        }
    }

    /// <summary>
    /// Runs a slash command, subcommands after a space: <c>admin drain</c>. Options are strings, booleans, whole or floating numbers; users,
    /// channels and roles are given by their ids.
    /// </summary>
    public Invoked Run(Channel channel, string command, IReadOnlyDictionary<string, object>? options = null)
    {
        lock (_world.Gate)
        {
            Must(channel, Permissions.ViewChannel | Permissions.UseApplicationCommands, "use commands");
            var (application, data) = new Invocation(_world, channel, User).Of(command, options ?? new Dictionary<string, object>());
            return new Invoked(_interactions.Open(Interaction.Command, application, channel, User, data));
        }
    }

    /// <summary>Presses a button, or chooses these values from a menu.</summary>
    public Invoked Press(Message message, string customId, params string[] values)
    {
        lock (_world.Gate)
        {
            var component = Components(message.Components).FirstOrDefault(one => (string?)one["custom_id"] == customId)
                ?? throw new InvalidOperationException($"The message has no component {customId}.");
            var data = new JsonObject { ["custom_id"] = customId, ["component_type"] = (int?)component["type"] ?? 2 };
            if (values.Length > 0)
                data["values"] = new JsonArray([.. values.Select(value => (JsonNode)value)]);
            return new Invoked(_interactions.Open(Interaction.Component, _world.Applications[message.Author.Id], message.Channel, User, data, message));
        }
    }

    /// <summary>Fills in the form that an interaction was answered with: texts by custom id.</summary>
    public Invoked Submit(Invoked form, IReadOnlyDictionary<string, string> texts)
    {
        lock (_world.Gate)
        {
            var asked = form.Interaction;
            var rows = texts.Select(text => new JsonObject
            {
                ["type"] = 1,
                ["components"] = new JsonArray(new JsonObject { ["type"] = 4, ["custom_id"] = text.Key, ["value"] = text.Value }),
            });
            var data = new JsonObject { ["custom_id"] = (string?)asked.CallbackData["custom_id"], ["components"] = new JsonArray([.. rows]) };
            return new Invoked(_interactions.Open(Interaction.Form, asked.Application, asked.Channel, User, data, asked.Source));
        }
    }

    private static IEnumerable<JsonObject> Components(JsonArray rows) => rows.OfType<JsonObject>()
        .SelectMany(row => Components(row["components"] as JsonArray ?? []).Append(row));

    private void Must(Channel channel, Permissions permissions, string what)
    {
        if (!channel.Lets(User.Id, permissions))
            throw new InvalidOperationException($"{User.Name} may not {what} in {channel.Name}.");
    }

    private void Own(Message message)
    {
        if (message.Author != User)
            throw new InvalidOperationException("Nobody edits what others have written.");
    }
}
