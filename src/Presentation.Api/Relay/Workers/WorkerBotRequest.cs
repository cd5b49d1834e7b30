namespace MeatLizard.Presentation.Api.Relay.Workers;

/// <param name="BotId">The bot user's id, as text: numbers of this size lose digits in JavaScript.</param>
internal sealed record WorkerBotRequest(string BotId);
