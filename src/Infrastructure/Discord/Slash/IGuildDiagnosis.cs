namespace MeatLizard.Infrastructure.Discord.Slash;

public interface IGuildDiagnosis
{
    /// <summary>Looks at Discord as it is now, and changes nothing.</summary>
    /// <exception cref="DiscordException">Discord could not be asked.</exception>
    Task<GuildReport> Look(CancellationToken cancellationToken);
}
