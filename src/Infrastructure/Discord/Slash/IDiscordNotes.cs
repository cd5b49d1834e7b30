namespace MeatLizard.Infrastructure.Discord.Slash;

/// <summary>What a bot of ours remembers over restarts. Losing it costs a request or a second message, nothing else.</summary>
internal interface IDiscordNotes
{
    Task<IReadOnlyDictionary<string, string>> All(CancellationToken cancellationToken);

    /// <summary>At once.</summary>
    Task Keep(string name, string value, CancellationToken cancellationToken);

    /// <summary>At once.</summary>
    Task Forget(string name, CancellationToken cancellationToken);
}
