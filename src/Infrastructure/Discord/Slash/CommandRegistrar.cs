using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Channels;
using MeatLizard.Infrastructure.Discord.Native.Wire;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Discord.Slash;

/// <summary>
/// Sees to it that Discord knows the commands: everybody's everywhere, the admins' in the trusted guilds. Discord is asked only when they
/// are others than those that it was given last; a guild that is not trusted any more loses them.
/// </summary>
internal sealed partial class CommandRegistrar(
    SlashOptions options, IDiscordApi api, IDiscordNotes notes, TimeProvider time, ILogger<CommandRegistrar> logger)
    : BackgroundService, IDiscordListener
{
    private const string Everywhere = "everywhere";

    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(1);
    private readonly ConcurrentQueue<Snowflake> _left = new();
    private readonly ConcurrentDictionary<string, string> _problems = new();

    public ValueTask Hear(DiscordEvent happened, CancellationToken cancellationToken)
    {
        switch (happened)
        {
            case GuildRemoved { GuildId: var left }:
                _left.Enqueue(left);
                _bell.Writer.TryWrite(true);
                break;
            case GuildAvailable { Guild.Id: var here } when options.Trusted.Contains(here):
                _bell.Writer.TryWrite(true);
                break;
        }

        return ValueTask.CompletedTask;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var isComplete = await Register(stoppingToken);
                await _bell.Reader.WaitToReadAsync(stoppingToken).AsTask().WaitAsync(
                    isComplete ? Timeout.InfiniteTimeSpan : Again, time, stoppingToken);
                _bell.Reader.TryRead(out _);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
            }
            catch (TimeoutException)
            {
            }
        }
    }

    /// <returns>Whether nothing is left to be done.</returns>
    private async Task<bool> Register(CancellationToken cancellationToken)
    {
        try
        {
            var prefix = $"commands {(await api.WhoAmI(cancellationToken)).Application} ";
            while (_left.TryDequeue(out var left))
            {
                // Whatever it knew went with us.
                await notes.Forget($"{prefix}{left}", cancellationToken);
            }

            var known = await notes.All(cancellationToken);
            var isComplete = await Put(prefix, null, options.ForEverybody, known, cancellationToken);
            foreach (var guild in options.Trusted)
            {
                isComplete &= await Put(prefix, guild, options.ForAdmins, known, cancellationToken);
            }

            foreach (var guild in known.Keys.Select(name => Guild(name, prefix)).OfType<Snowflake>().Except(options.Trusted))
            {
                isComplete &= await Put(prefix, guild, [], known, cancellationToken);
            }

            return isComplete;
        }
        catch (DiscordException failed)
        {
            Report(Everywhere, failed);
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            LogBroken(broken);
        }

        return false;
    }

    private async Task<bool> Put(
        string prefix,
        Snowflake? guild,
        IReadOnlyList<DiscordCommand> commands,
        IReadOnlyDictionary<string, string> known,
        CancellationToken cancellationToken)
    {
        var where = guild?.ToString() ?? Everywhere;
        var print = Print(commands, isGlobal: guild is null);
        if (known.GetValueOrDefault(prefix + where) == print)
        {
            return true;
        }

        try
        {
            await api.RegisterCommands(guild, commands, cancellationToken);
            LogRegistered(commands.Count, where);
        }
        catch (DiscordException gone) when (commands.Count == 0 && gone.Problem is DiscordProblem.Gone or DiscordProblem.NoAccess)
        {
            // The bot is not there any more, and nor are its commands.
        }
        catch (DiscordException failed)
        {
            Report(where, failed);
            return false;
        }

        // Also when the host stops: Discord knows already.
        _problems.TryRemove(where, out _);
        await (commands.Count == 0 && guild is not null
            ? notes.Forget(prefix + where, CancellationToken.None)
            : notes.Keep(prefix + where, print, CancellationToken.None));
        return true;
    }

    private static Snowflake? Guild(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) && Snowflake.TryParse(name[prefix.Length..], null, out var guild) ? guild : null;

    /// <summary>Of what would be sent.</summary>
    private static string Print(IReadOnlyList<DiscordCommand> commands, bool isGlobal) => Convert.ToHexStringLower(SHA256.HashData(
        JsonSerializer.SerializeToUtf8Bytes(
            [.. commands.Select(command => WireCommand.Of(command, isGlobal))], DiscordJson.Default.WireCommandArray)));

    private void Report(string where, DiscordException failed)
    {
        if (_problems.GetValueOrDefault(where) != failed.Message)
        {
            _problems[where] = failed.Message;
            LogFailed(where, failed.Message);
        }
    }

    [LoggerMessage(LogLevel.Information, "Registered {Count} commands ({Where}).")]
    private partial void LogRegistered(int count, string where);

    [LoggerMessage(LogLevel.Warning, "The commands could not be registered ({Where}); it is tried again every minute: {Problem}")]
    private partial void LogFailed(string where, string problem);

    [LoggerMessage(LogLevel.Error, "The commands could not be registered; it is tried again in a minute.")]
    private partial void LogBroken(Exception broken);
}
