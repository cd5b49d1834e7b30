namespace MeatLizard.Infrastructure.Discord;

public enum DiscordGatewayState
{
    /// <summary>Nobody reads.</summary>
    Idle,

    Connecting,
    Connected,

    /// <summary>Not connected; the next try comes after a pause, or when the budget of IDENTIFYs allows it.</summary>
    Waiting,

    /// <summary>Ended by a problem that trying again does not mend.</summary>
    Stopped,
}
