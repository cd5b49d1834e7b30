using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Discord.Relay;

/// <summary>The relay's channels as they are now.</summary>
/// <param name="Self">The server's bot.</param>
/// <param name="Control">Each worker's control channel; a worker whose bot is not in the guild has none.</param>
/// <param name="Problems">What the owner has to see to, in sentences.</param>
internal sealed record RelayRoomSet(
    Snowflake Self, IReadOnlyDictionary<WorkerId, Snowflake> Control, IReadOnlyList<Snowflake> Relay, IReadOnlyList<string> Problems);
