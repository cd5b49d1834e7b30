namespace MeatLizard.Infrastructure.Discord;

/// <summary>What Discord tells a bot.</summary>
public interface IDiscordGateway
{
    DiscordGatewayStatus Status { get; }

    /// <summary>
    /// Connects, and stays connected for as long as it is read: lost connections are made again, without end. Events come in Discord's
    /// order, each once; a reader who is slow slows the reading of the connection. An event is done with when the next is asked for. When
    /// reading ends, what a later reading (or process) needs to resume is kept; after a process was killed, the events of its last second
    /// can come again.
    /// </summary>
    /// <exception cref="DiscordGatewayException">Discord will not have this bot as it is configured; trying again does not help.</exception>
    /// <exception cref="InvalidOperationException">Somebody reads already.</exception>
    IAsyncEnumerable<DiscordEvent> Events(CancellationToken cancellationToken);
}
