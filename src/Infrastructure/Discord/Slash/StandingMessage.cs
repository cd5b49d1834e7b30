using System.Collections.Concurrent;

namespace MeatLizard.Infrastructure.Discord.Slash;

internal sealed class StandingMessage(IDiscordApi api, IDiscordNotes notes, DiscordClock clock) : IStandingMessage, IDiscordListener
{
    /// <summary>A message that nobody noted can only be one that was posted when a process was killed.</summary>
    private static readonly TimeSpan LookBack = TimeSpan.FromDays(1);

    private readonly ConcurrentQueue<DiscordEvent> _heard = new();
    private readonly Dictionary<string, Shown> _shown = [];

    public ValueTask Hear(DiscordEvent happened, CancellationToken cancellationToken)
    {
        if (happened is MessagesDeleted or ChannelDeleted or EventsMissed)
        {
            _heard.Enqueue(happened);
        }

        return ValueTask.CompletedTask;
    }

    public async Task Show(StandingPlace place, string text, CancellationToken cancellationToken)
    {
        TakeIn();
        var name = $"standing {place.Name}";
        var shown = _shown.GetValueOrDefault(name);
        if (shown is null && (await notes.All(cancellationToken)).GetValueOrDefault(name) is { } note)
        {
            shown = Shown.Read(note);
        }

        var isNew = shown is null;
        if (shown is { IsGone: false } && (place.Channel is null || place.Channel == shown.Channel))
        {
            if (shown.Text == text || await Edit(shown, text, cancellationToken))
            {
                _shown[name] = shown with { Text = text };
                return;
            }
        }

        var channel = place.Channel ?? await Channel(place, cancellationToken);
        var made = isNew && await Lost(channel, text, cancellationToken) is { } lost && await Edit(lost, text, cancellationToken) ? lost
            : new((await api.Post(channel, new DiscordPost(text), cancellationToken)).Id, channel, text);
        await notes.Keep(name, made.ToString(), cancellationToken);
        _shown[name] = made with { Text = text };
        if (shown is { IsGone: false } && shown.Channel != channel)
        {
            await TakeAway(shown, cancellationToken);
        }
    }

    private void TakeIn()
    {
        while (_heard.TryDequeue(out var happened))
        {
            foreach (var (name, shown) in _shown.ToArray())
            {
                _shown[name] = happened switch
                {
                    MessagesDeleted deleted when deleted.Messages.Contains(shown.Message) => shown with { IsGone = true },
                    ChannelDeleted deleted when deleted.ChannelId == shown.Channel => shown with { IsGone = true },

                    // It may have been deleted meanwhile: editing tells.
                    EventsMissed => shown with { Text = null },
                    _ => shown,
                };
            }
        }
    }

    private async Task<bool> Edit(Shown shown, string text, CancellationToken cancellationToken)
    {
        try
        {
            await api.Edit(shown.Channel, shown.Message, text, cancellationToken);
            return true;
        }
        catch (DiscordException gone) when (gone.Problem == DiscordProblem.Gone)
        {
            return false;
        }
    }

    private async Task<Snowflake> Channel(StandingPlace place, CancellationToken cancellationToken)
    {
        var channels = await api.Channels(place.Guild, cancellationToken);
        if (channels.FirstOrDefault(one => one.Kind == DiscordChannelKind.Text && one.Name == place.ChannelName) is { } there)
        {
            return there.Id;
        }

        // Closed to everybody but us and the guild's administrators; who else may look is the owner's to say.
        const DiscordPermissions Own = DiscordPermissions.ViewChannel | DiscordPermissions.SendMessages | DiscordPermissions.ReadMessageHistory;
        var self = (await api.WhoAmI(cancellationToken)).Bot.Id;
        DiscordOverwrite[] closed =
        [
            new(place.Guild, IsMember: false, DiscordPermissions.None, DiscordPermissions.ViewChannel),
            new(self, IsMember: true, Own, DiscordPermissions.None),
        ];
        return (await api.CreateChannel(place.Guild, new(DiscordChannelKind.Text, place.ChannelName, null, null, closed), cancellationToken)).Id;
    }

    /// <summary>One of ours that begins alike.</summary>
    private async Task<Shown?> Lost(Snowflake channel, string text, CancellationToken cancellationToken)
    {
        var self = (await api.WhoAmI(cancellationToken)).Bot.Id;
        var head = text.Split('\n')[0].Split(' ')[0];
        await foreach (var message in api.MessagesAfter(channel, Snowflake.FirstAt(clock.Now - LookBack), cancellationToken))
        {
            if (message.Author.Id == self && message.Content.StartsWith(head, StringComparison.Ordinal))
            {
                return new(message.Id, channel, null);
            }
        }

        return null;
    }

    private async Task TakeAway(Shown shown, CancellationToken cancellationToken)
    {
        try
        {
            await api.Delete(shown.Channel, [shown.Message], cancellationToken);
        }
        catch (DiscordException)
        {
            // It stays where it was, and is not kept up to date any more.
        }
    }

    /// <param name="Text">Null when it is not known.</param>
    private sealed record Shown(Snowflake Message, Snowflake Channel, string? Text)
    {
        public bool IsGone { get; init; }

        public static Shown? Read(string note) => note.Split(' ') is [var channel, var message]
            && Snowflake.TryParse(channel, null, out var where) && Snowflake.TryParse(message, null, out var id) ? new(id, where, null) : null;

        public override string ToString() => $"{Channel} {Message}";
    }
}
