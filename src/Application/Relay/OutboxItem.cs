using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

/// <summary>One thing to do after a commit, at least once.</summary>
/// <param name="Id">UUIDv7: items are done in order of age.</param>
/// <param name="Target">The worker it concerns; null when it may be any.</param>
/// <param name="Attempt">The request's attempt that it concerns; for a dispatch the last attempt so far.</param>
/// <param name="DueAt">Not before this time.</param>
/// <param name="Tries">How often it was picked.</param>
public sealed record OutboxItem(
    Guid Id,
    OutboxTopic Topic,
    RequestId RequestId,
    int Attempt,
    string? Target,
    DateTimeOffset DueAt,
    int Tries = 0);
