using System.Text.Json.Nodes;

namespace MeatLizard.DiscordStandIn.Guilds;

/// <summary>Somebody used a command or a button; the application has to answer.</summary>
internal sealed class Interaction(ulong id, int type, Application application, Channel channel, User user, string token, DateTimeOffset at)
{
    public ulong Id { get; } = id;

    /// <summary>2 a command, 3 a component, 4 autocompletion, 5 a form.</summary>
    public int Type { get; } = type;

    public Application Application { get; } = application;

    public Channel Channel { get; } = channel;

    public User User { get; } = user;

    public string Token { get; } = token;

    public DateTimeOffset At { get; } = at;

    public JsonObject Data { get; init; } = [];

    /// <summary>The message whose button was used.</summary>
    public Message? Source { get; init; }

    /// <summary>Discord's number for the first answer; null until there is one.</summary>
    public int? CallbackType { get; set; }

    /// <summary>What the first answer brought: choices or a form.</summary>
    public JsonObject? CallbackData { get; set; }

    public Message? Original { get; set; }

    public List<Message> Followups { get; } = [];
}
