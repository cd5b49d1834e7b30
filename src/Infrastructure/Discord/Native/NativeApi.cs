namespace MeatLizard.Infrastructure.Discord.Native;

/// <summary>The three parts in one.</summary>
internal sealed class NativeApi(IDiscordMessages messages, IDiscordGuilds guilds, IDiscordInteractions interactions, NativeIdentity identity)
    : IDiscordApi
{
    public Task<DiscordIdentity> WhoAmI(CancellationToken cancellationToken) => identity.WhoAmI(cancellationToken);

    public Task<DiscordMessage> Post(Snowflake channel, DiscordPost post, CancellationToken cancellationToken) =>
        messages.Post(channel, post, cancellationToken);

    public Task<DiscordMessage> Post(Snowflake channel, DiscordTurn turn, Func<DiscordPost> write, CancellationToken cancellationToken) =>
        messages.Post(channel, turn, write, cancellationToken);

    public DiscordBudget PostBudget(Snowflake channel) => messages.PostBudget(channel);

    public Task<DiscordMessage> Edit(Snowflake channel, Snowflake message, string content, CancellationToken cancellationToken) =>
        messages.Edit(channel, message, content, cancellationToken);

    public Task Delete(Snowflake channel, IReadOnlyCollection<Snowflake> ids, CancellationToken cancellationToken) =>
        messages.Delete(channel, ids, cancellationToken);

    public IAsyncEnumerable<DiscordMessage> MessagesAfter(Snowflake channel, Snowflake after, CancellationToken cancellationToken) =>
        messages.MessagesAfter(channel, after, cancellationToken);

    public Task<byte[]> Download(DiscordAttachment attachment, int most, CancellationToken cancellationToken) =>
        messages.Download(attachment, most, cancellationToken);

    public Task<IReadOnlyList<Snowflake>> Guilds(CancellationToken cancellationToken) => guilds.Guilds(cancellationToken);

    public Task<DiscordGuild> Guild(Snowflake guild, CancellationToken cancellationToken) => guilds.Guild(guild, cancellationToken);

    public Task<IReadOnlyList<DiscordChannel>> Channels(Snowflake guild, CancellationToken cancellationToken) =>
        guilds.Channels(guild, cancellationToken);

    public Task<DiscordMember> Member(Snowflake guild, Snowflake user, CancellationToken cancellationToken) =>
        guilds.Member(guild, user, cancellationToken);

    public Task<DiscordChannel> CreateChannel(Snowflake guild, DiscordChannelDraft draft, CancellationToken cancellationToken) =>
        guilds.CreateChannel(guild, draft, cancellationToken);

    public Task<DiscordChannel> ChangeChannel(Snowflake channel, DiscordChannelChange change, CancellationToken cancellationToken) =>
        guilds.ChangeChannel(channel, change, cancellationToken);

    public Task DeleteChannel(Snowflake channel, CancellationToken cancellationToken) => guilds.DeleteChannel(channel, cancellationToken);

    public Task SetOverwrite(Snowflake channel, DiscordOverwrite overwrite, CancellationToken cancellationToken) =>
        guilds.SetOverwrite(channel, overwrite, cancellationToken);

    public Task RemoveOverwrite(Snowflake channel, Snowflake target, CancellationToken cancellationToken) =>
        guilds.RemoveOverwrite(channel, target, cancellationToken);

    public Task RegisterCommands(Snowflake? guild, IReadOnlyList<DiscordCommand> commands, CancellationToken cancellationToken) =>
        interactions.RegisterCommands(guild, commands, cancellationToken);

    public Task Defer(DiscordInteraction interaction, bool ephemeral, CancellationToken cancellationToken) =>
        interactions.Defer(interaction, ephemeral, cancellationToken);

    public Task Answer(DiscordInteraction interaction, DiscordReply reply, CancellationToken cancellationToken) =>
        interactions.Answer(interaction, reply, cancellationToken);

    public Task EditAnswer(DiscordInteraction interaction, DiscordReply reply, CancellationToken cancellationToken) =>
        interactions.EditAnswer(interaction, reply, cancellationToken);

    public Task FollowUp(DiscordInteraction interaction, DiscordReply reply, CancellationToken cancellationToken) =>
        interactions.FollowUp(interaction, reply, cancellationToken);

    public Task Suggest(DiscordInteraction interaction, IReadOnlyList<string> choices, CancellationToken cancellationToken) =>
        interactions.Suggest(interaction, choices, cancellationToken);
}
