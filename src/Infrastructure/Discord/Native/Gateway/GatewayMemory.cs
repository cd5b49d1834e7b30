namespace MeatLizard.Infrastructure.Discord.Native.Gateway;

/// <summary>What outlives the process.</summary>
/// <param name="Token">A hash of the token that the session belongs to: another token's session can't be resumed.</param>
/// <param name="LastHeard">When the last event was heard.</param>
/// <param name="Identified">When new sessions were begun, in the last day.</param>
internal sealed record GatewayMemory(
    string Token, GatewaySession? Session, DateTimeOffset? LastHeard, IReadOnlyList<DateTimeOffset> Identified);
