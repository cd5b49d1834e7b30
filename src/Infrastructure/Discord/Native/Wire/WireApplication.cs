namespace MeatLizard.Infrastructure.Discord.Native.Wire;

internal sealed record WireApplication(Snowflake Id, long? Flags, bool? BotPublic)
{
    private const long Content = (1 << 18) | (1 << 19);
    private const long Members = (1 << 14) | (1 << 15);

    /// <summary>Each intent has two flags: granted by Discord, or switched on by the owner of a bot in few guilds.</summary>
    public DiscordIdentity ToIdentity(WireUser bot) =>
        new(Id, bot.ToUser(), (Flags & Content) > 0, (Flags & Members) > 0, BotPublic ?? true);
}

internal sealed record WireId(Snowflake Id);

internal sealed record WireIds(IReadOnlyCollection<Snowflake> Messages);
