using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace MeatLizard.Infrastructure.Relay;

/// <summary>Section <c>Relay:Workers</c>: the same few lines stand in the server's configuration and in the worker's.</summary>
/// <param name="LocalKey">The root of the worker inside the server's process, 64 hex digits; null: made at the first start.</param>
/// <param name="Elsewhere">All others.</param>
public sealed record ConfiguredWorkers(string? LocalKey, IReadOnlyList<ConfiguredWorker> Elsewhere)
{
    public const string Section = "Relay:Workers";

    private const int KeyDigits = 64;

    private const string InProcess = nameof(InProcess);
    private const string Link = nameof(Link);
    private const string Discord = nameof(Discord);

    /// <exception cref="FormatException">A value can't be used; the message names its key.</exception>
    public static ConfiguredWorkers From(IConfiguration configuration)
    {
        string? local = null;
        List<ConfiguredWorker> elsewhere = [];
        foreach (var section in configuration.GetSection(Section).GetChildren())
        {
            if (section.Key.Equals(InProcessWorker.LocalId.Value, StringComparison.OrdinalIgnoreCase))
            {
                local = Local(section);
            }
            else
            {
                elsewhere.Add(Other(section));
            }
        }

        if (Twice(elsewhere.Where(worker => worker.BotId is not null), worker => worker.BotId) is { } bot)
        {
            throw new FormatException($"{Section}:{bot.Second}:BotId is worker {bot.First}'s as well: every worker has a bot of its own.");
        }

        // With one key each could pass for the other, also when that one was sent away.
        var all = local is null ? elsewhere : [new(InProcessWorker.LocalId.Value, local, IsInDiscord: false, BotId: null), .. elsewhere];
        return Twice(all, worker => worker.Key) is { } key
            ? throw new FormatException($"{Section}:{key.Second}:Key is worker {key.First}'s as well: every worker has a key of its own.")
            : new(local, elsewhere);
    }

    /// <summary>Without the keys, which a record would print.</summary>
    public override string ToString() => $"ConfiguredWorkers {string.Join(", ", Elsewhere)}";

    private static (string First, string Second)? Twice<T>(IEnumerable<ConfiguredWorker> workers, Func<ConfiguredWorker, T> by) =>
        workers.GroupBy(by).FirstOrDefault(same => same.Count() > 1) is { } same ? (same.First().Name, same.Last().Name) : null;

    private static string? Local(IConfigurationSection section)
    {
        if (section["Carrier"] is { Length: > 0 } carrier && !Is(carrier, InProcess))
        {
            throw new FormatException($"{section.Path}:Carrier must be {InProcess}: this name is that of the worker in the server's own process.");
        }

        return section["BotId"] is { Length: > 0 }
            ? throw new FormatException($"{section.Path}:BotId is for workers that are reached through Discord.")
            : section["Key"] is { Length: > 0 } ? Key(section) : null;
    }

    private static ConfiguredWorker Other(IConfigurationSection section)
    {
        // The environment's names can be of any case; workers' can't.
        var name = section.Key.ToLowerInvariant();
        if (name.Length is < 1 or > 40 || name[0] == '-' || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            throw new FormatException($"{section.Path}: a worker's name has 1 to 40 letters, digits and hyphens, and begins with a letter or a digit.");
        }

        var carrier = section["Carrier"] ?? "";
        if (!Is(carrier, Link) && !Is(carrier, Discord))
        {
            throw new FormatException(
                $"{section.Path}:Carrier must be {Link} or {Discord}; the worker in the server's own process is called {InProcessWorker.LocalId}.");
        }

        return new(name, Key(section), Is(carrier, Discord), BotId(section));
    }

    private static string Key(IConfigurationSection section) =>
        section["Key"] is { Length: KeyDigits } key && key.All(char.IsAsciiHexDigit) && !key.All(digit => digit == '0')
            ? key.ToLowerInvariant()
            : throw new FormatException($"{section.Path}:Key must be {KeyDigits} hexadecimal digits, drawn at random, for example by: openssl rand -hex 32");

    private static ulong? BotId(IConfigurationSection section) => section["BotId"] switch
    {
        null or "" => null,
        { Length: >= 15 and <= 20 } id when ulong.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) => parsed,
        _ => throw new FormatException($"{section.Path}:BotId has 15 to 20 digits; the developer portal shows it as the application's id."),
    };

    private static bool Is(string carrier, string name) => carrier.Equals(name, StringComparison.OrdinalIgnoreCase);
}
