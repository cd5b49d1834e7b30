using System.Text.Json.Nodes;

namespace MeatLizard.DiscordStandIn.Guilds;

/// <summary>Somebody used a command, a button or a form; the application has to answer.</summary>
internal sealed class Interaction(ulong id, int type, Application application, Channel channel, User user, string token, DateTimeOffset at)
{
    public const int Command = 2, Component = 3, Autocomplete = 4, Form = 5;

    private readonly TaskCompletionSource _acknowledged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ulong Id { get; } = id;

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
    public int? CallbackType { get; private set; }

    /// <summary>What the first answer brought.</summary>
    public JsonObject CallbackData { get; private set; } = [];

    public Message? Original { get; set; }

    public List<Message> Followups { get; } = [];

    /// <summary>Rings when the time for the first answer is over.</summary>
    public ITimer? Deadline { get; set; }

    /// <summary>Ends with the first answer, or fails without one.</summary>
    public Task Acknowledged => _acknowledged.Task;

    /// <summary>Ends when there is more than a promise of an answer.</summary>
    public Task Finished => _finished.Task;

    public void Acknowledge(int callbackType, JsonObject data)
    {
        (CallbackType, CallbackData) = (callbackType, data);
        Deadline?.Dispose();
        _ = _acknowledged.TrySetResult();
    }

    public void Finish() => _ = _finished.TrySetResult();

    public void Expire()
    {
        if (CallbackType is not null)
            return;
        var late = new TimeoutException("The application did not respond.");
        _ = _acknowledged.TrySetException(late);
        _ = _finished.TrySetException(late);

        // Whoever looks at neither has no interest in it.
        _ = (_acknowledged.Task.Exception, _finished.Task.Exception);
    }
}
