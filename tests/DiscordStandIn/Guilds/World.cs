using System.Diagnostics.CodeAnalysis;
using MeatLizard.DiscordStandIn.Wire;

namespace MeatLizard.DiscordStandIn.Guilds;

/// <summary>
/// Everything that there is in this Discord. Whoever reads or changes it from outside of a request holds <see cref="Gate"/> meanwhile;
/// the methods of <see cref="StandIn"/>'s parts do that by themselves.
/// </summary>
public sealed class World(TimeProvider time)
{
    private ulong _last;

    /// <summary>One thing happens at a time; a thread may enter again.</summary>
    public Lock Gate { get; } = new();

    public Dictionary<ulong, User> Users { get; } = [];

    public Dictionary<ulong, Application> Applications { get; } = [];

    public Dictionary<ulong, Guild> Guilds { get; } = [];

    /// <summary>Those of all guilds, and direct messages.</summary>
    public Dictionary<ulong, Channel> Channels { get; } = [];

    internal Dictionary<string, Interaction> Interactions { get; } = [];

    internal TimeProvider Time => time;

    /// <summary>Raised under the gate, in the order in which things happen.</summary>
    internal event Action<Happening>? Happened;

    /// <summary>A new id, higher than all before.</summary>
    public ulong NextId()
    {
        lock (Gate)
        {
            return _last = Math.Max(_last + 1, Snowflake.At(time.GetUtcNow()));
        }
    }

    /// <summary>A user by name.</summary>
    /// <exception cref="InvalidOperationException">Nobody has the name.</exception>
    public User User(string name)
    {
        lock (Gate)
        {
            return Users.Values.FirstOrDefault(user => user.Name == name) ?? throw new InvalidOperationException($"Nobody is called {name}.");
        }
    }

    /// <summary>A guild by name.</summary>
    /// <exception cref="InvalidOperationException">No guild has the name.</exception>
    public Guild Guild(string name)
    {
        lock (Gate)
        {
            return Guilds.Values.FirstOrDefault(guild => guild.Name == name) ?? throw new InvalidOperationException($"No guild is called {name}.");
        }
    }

    /// <summary>A channel by its guild's name and its own.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public Channel Channel(string guild, string name)
    {
        lock (Gate)
        {
            return Guild(guild).Channels.Values.FirstOrDefault(channel => channel.Name == name)
                ?? throw new InvalidOperationException($"{guild} has no channel {name}.");
        }
    }

    /// <summary>The direct messages between two users.</summary>
    public Channel Direct(User one, User other)
    {
        lock (Gate)
        {
            if (Channels.Values.FirstOrDefault(known => known.Recipients.Contains(one) && known.Recipients.Contains(other)) is { } channel)
                return channel;
            channel = new Channel(NextId(), DiscordStandIn.Guilds.Channel.Direct) { Recipients = [one, other] };
            Channels.Add(channel.Id, channel);
            return channel;
        }
    }

    /// <summary>By the token, with or without the word Bot before it: libraries send both.</summary>
    internal bool TrySignIn(string token, [NotNullWhen(true)] out Application? application)
    {
        lock (Gate)
        {
            var bare = token.StartsWith("Bot ", StringComparison.Ordinal) ? token["Bot ".Length..] : token;
            application = Applications.Values.FirstOrDefault(one => one.Token == bare);
            return application is not null;
        }
    }

    internal void Publish(Happening happening) => Happened?.Invoke(happening);
}
