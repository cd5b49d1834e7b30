namespace MeatLizard.Infrastructure.Discord;

/// <summary>Discord will not have this bot as it is configured. The message names the cause and the next step.</summary>
/// <param name="closeCode">The gateway's close code, for example 4004 or 4014; 0 when it was not one that ended it.</param>
public sealed class DiscordGatewayException(int closeCode, string message) : Exception(message)
{
    public int CloseCode { get; } = closeCode;
}
