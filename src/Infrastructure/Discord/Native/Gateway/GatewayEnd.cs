namespace MeatLizard.Infrastructure.Discord.Native.Gateway;

/// <summary>How a connection ended, and what that means for the next.</summary>
/// <param name="Next">What to do now.</param>
/// <param name="Problem">In a sentence.</param>
/// <param name="WasEstablished">Whether the session had been begun or resumed.</param>
internal sealed record GatewayEnd(GatewayNext Next, string Problem, bool WasEstablished, int CloseCode);
