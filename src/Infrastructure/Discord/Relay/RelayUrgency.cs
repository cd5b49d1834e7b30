using MeatLizard.Application.Relay;

namespace MeatLizard.Infrastructure.Discord.Relay;

/// <summary>Which of the relay's messages goes first where a bot's whole budget is short.</summary>
internal static class RelayUrgency
{
    public static DiscordUrgency Of(RelayMessage message) => message switch
    {
        Done or Failed => DiscordUrgency.End,

        // An order and the first text begin an answer that somebody waits for.
        Infer or Chunk { Sequence: 0 } => DiscordUrgency.Usual,
        Chunk or Embedding or Progress => DiscordUrgency.Text,
        _ => DiscordUrgency.Control,
    };
}
