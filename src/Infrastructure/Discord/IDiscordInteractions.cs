namespace MeatLizard.Infrastructure.Discord;

/// <summary>Commands, and answers to those who call them. All calls throw <see cref="DiscordException"/>.</summary>
public interface IDiscordInteractions
{
    /// <summary>The guild then has exactly these commands of ours; those not named are gone.</summary>
    /// <param name="guild">Null: everywhere.</param>
    Task RegisterCommands(Snowflake? guild, IReadOnlyList<DiscordCommand> commands, CancellationToken cancellationToken);

    /// <summary>Says within the 3 seconds that an answer will come; the caller sees that something is done.</summary>
    Task Defer(DiscordInteraction interaction, bool ephemeral, CancellationToken cancellationToken);

    /// <summary>The first answer, when nothing was deferred.</summary>
    Task Answer(DiscordInteraction interaction, DiscordReply reply, CancellationToken cancellationToken);

    /// <summary>In place of the answer that was given or deferred.</summary>
    Task EditAnswer(DiscordInteraction interaction, DiscordReply reply, CancellationToken cancellationToken);

    /// <summary>One more answer, after the first.</summary>
    Task FollowUp(DiscordInteraction interaction, DiscordReply reply, CancellationToken cancellationToken);

    /// <summary>Up to 25 values for the option that somebody types in.</summary>
    Task Suggest(DiscordInteraction interaction, IReadOnlyList<string> choices, CancellationToken cancellationToken);
}
