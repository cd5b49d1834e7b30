using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay.Workers;

/// <summary>The Discord bot through which a worker is reached.</summary>
/// <param name="BotId">The bot user's id, which is its application's as well.</param>
public sealed record WorkerBot(WorkerId Worker, ulong BotId);
