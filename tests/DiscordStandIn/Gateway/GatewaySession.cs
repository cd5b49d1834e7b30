using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.DiscordStandIn.Wire;

namespace MeatLizard.DiscordStandIn.Gateway;

/// <summary>A bot's session: it outlives its connection, and keeps what was dispatched for a resume. Used under the world's gate.</summary>
internal sealed class GatewaySession(string id, Application application, Intents intents, int replayAtMost)
{
    private readonly Queue<(long Sequence, byte[] Payload)> _sent = new();

    public string Id { get; } = id;

    public Application Application { get; } = application;

    public Intents Intents { get; } = intents;

    public Viewer Viewer { get; } = new(application, intents.HasFlag(Intents.MessageContent));

    /// <summary>Of the last dispatch.</summary>
    public long Sequence { get; private set; }

    public GatewayConnection? Connection { get; set; }

    /// <summary>Since when nobody has been connected.</summary>
    public DateTimeOffset? Alone { get; set; }

    public void Hear(Happening happening)
    {
        if ((happening.Intent == Intents.None || (happening.Intent & Intents) != 0) && happening.Reaches(Application))
            Dispatch(happening.Name, happening.Data(Viewer));
    }

    public void Dispatch(string name, JsonObject data)
    {
        var payload = Payload.Of(name, ++Sequence, data);
        _sent.Enqueue((Sequence, payload));
        if (_sent.Count > replayAtMost)
            _ = _sent.Dequeue();
        Connection?.SendDispatch(payload, mayBeDisturbed: name is not ("READY" or "RESUMED"));
    }

    /// <summary>Whether everything after this sequence is still there.</summary>
    public bool CanReplay(long after) => after == Sequence || (_sent.TryPeek(out var first) && first.Sequence <= after + 1);

    public void Replay(long after)
    {
        foreach (var (sequence, payload) in _sent)
        {
            if (sequence > after)
                Connection?.SendDispatch(payload, mayBeDisturbed: false);
        }
    }
}
