namespace MeatLizard.Infrastructure.Discord.Slash;

/// <summary>What one command does. Made for each call, in a scope of its own.</summary>
public interface ISlashCommand
{
    /// <returns>What the caller is told; nobody else sees it.</returns>
    Task<SlashAnswer> Answer(SlashCall asked, CancellationToken cancellationToken);
}
