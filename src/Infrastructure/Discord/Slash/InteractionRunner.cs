using System.Threading.Channels;
using MeatLizard.Application;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Discord.Slash;

/// <summary>
/// Runs what people call: a scope for each, a few at a time, beside the gateway and never in its way. Every call gets a sentence, whatever
/// goes wrong; a call that Discord takes no answer to any more is not carried out.
/// </summary>
internal sealed partial class InteractionRunner(
    SlashOptions options,
    AdminDoor door,
    IDiscordInteractions discord,
    IServiceScopeFactory scopes,
    TimeProvider time,
    ILogger<InteractionRunner> logger) : BackgroundService, IDiscordListener
{
    /// <summary>So many are told in time that an answer will come.</summary>
    private const int Promised = 32;

    /// <summary>So many are carried out at a time.</summary>
    private const int AtATime = 8;

    private const int InLine = 64;
    private const int Longest = 2_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _running = new(AtATime);
    private readonly Channel<DiscordInteraction> _line = Channel.CreateBounded<DiscordInteraction>(InLine);

    public ValueTask Hear(DiscordEvent happened, CancellationToken cancellationToken)
    {
        if (happened is InteractionCreated { Interaction: var interaction } && !_line.Writer.TryWrite(interaction))
        {
            LogOverflow(interaction.Id);
        }

        return ValueTask.CompletedTask;
    }

    public override void Dispose()
    {
        _running.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Promised).Select(_ => Work(stoppingToken)));

    private async Task Work(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var interaction in _line.Reader.ReadAllAsync(stoppingToken))
            {
                try
                {
                    await Run(interaction, stoppingToken);
                }
                catch (DiscordException late)
                {
                    LogUnanswered(interaction.Id, late.Message);
                }
                catch (Exception broken) when (broken is not OperationCanceledException)
                {
                    LogBroken(broken, interaction.Id);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task Run(DiscordInteraction interaction, CancellationToken stoppingToken)
    {
        if (interaction.Kind == DiscordInteractionKind.Suggestion)
        {
            await discord.Suggest(interaction, [], stoppingToken);
            return;
        }

        await discord.Defer(interaction, ephemeral: true, stoppingToken);
        var text = await Say(interaction, stoppingToken);
        await discord.EditAnswer(interaction, new DiscordReply(text.Length <= Longest ? text : $"{text[..(Longest - 1)]}…"), stoppingToken);
    }

    private async Task<string> Say(DiscordInteraction interaction, CancellationToken stoppingToken)
    {
        using var late = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stoppingToken);
        try
        {
            await _running.WaitAsync(either.Token);
            try
            {
                return (await Answer(interaction, either.Token)).Text;
            }
            finally
            {
                _running.Release();
            }
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            return "This took too long and was given up. Try again in a moment; the bot's log says more.";
        }
        catch (DiscordException refused)
        {
            return refused.Message;
        }
        catch (LockTimeoutException)
        {
            return Refusal.Busy.Detail;
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            LogBroken(broken, interaction.Id);
            return $"Something went wrong here. The bot's log says what, beside the number {interaction.Id}.";
        }
    }

    private async Task<SlashAnswer> Answer(DiscordInteraction interaction, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var path = string.Join(' ', interaction.Path);
        var command = scope.ServiceProvider.GetKeyedService<ISlashCommand>(path);
        return interaction.Path is not [var name, ..] ? new("This button or form does nothing any more.")
            : options.ForAdmins.Any(one => one.Name == name) ? await door.Enter(interaction, command, cancellationToken)
            : command is null || !options.ForEverybody.Any(one => one.Name == name)
                ? new($"There is no command /{path} here any more. /help lists those that there are.")
            : await command.Answer(new(interaction, Actor: null), cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "Interaction {Id} was not answered: too many people call at once.")]
    private partial void LogOverflow(Snowflake id);

    [LoggerMessage(LogLevel.Warning, "Interaction {Id} could not be answered: {Problem}")]
    private partial void LogUnanswered(Snowflake id, string problem);

    [LoggerMessage(LogLevel.Error, "Interaction {Id} failed.")]
    private partial void LogBroken(Exception broken, Snowflake id);
}
