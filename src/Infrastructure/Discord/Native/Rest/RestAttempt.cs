using System.Net;

namespace MeatLizard.Infrastructure.Discord.Native.Rest;

/// <param name="Wait">What Discord asked for before the next attempt; zero if nothing.</param>
internal sealed record RestAttempt(RestOutcome Outcome, HttpStatusCode Status, byte[] Body, TimeSpan Wait, Exception? Failed);
