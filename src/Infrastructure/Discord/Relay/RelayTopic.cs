using System.Diagnostics.CodeAnalysis;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Discord.Relay;

/// <summary>
/// What a channel of the relay is for, in its topic: names may be changed by whoever tidies up. It only helps to find one's way; who
/// speaks is proven by the frames.
/// </summary>
internal sealed record RelayTopic(Snowflake Server, WorkerId? Worker)
{
    private const string Control = "MeatLizard control channel";
    private const string Relay = "MeatLizard relay channel";

    public override string ToString() => Worker is { } worker
        ? $"{Control} of worker {worker} for server bot {Server}"
        : $"{Relay} of server bot {Server}";

    public static bool TryRead(string? topic, [NotNullWhen(true)] out RelayTopic? read)
    {
        read = (topic ?? "").Split(' ') switch
        {
            ["MeatLizard", "control", "channel", "of", "worker", var worker, "for", "server", "bot", var bot]
                when Snowflake.TryParse(bot, null, out var id) => new(id, new WorkerId(worker)),
            ["MeatLizard", "relay", "channel", "of", "server", "bot", var bot]
                when Snowflake.TryParse(bot, null, out var id) => new(id, null),
            _ => null,
        };
        return read is not null;
    }
}
