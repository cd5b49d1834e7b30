using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

/// <summary>Section <c>Relay</c>: how long each step of an answer may take, and how often it is tried.</summary>
public sealed record RelayOptions
{
    public TimeSpan QueueWithin { get; init; } = TimeSpan.FromMinutes(10);

    public TimeSpan AcknowledgeWithin { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan FirstTokenWithin { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan CompleteWithin { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Attempts before any text, from 1.</summary>
    public int Attempts { get; init; } = 2;

    /// <summary>How long a host waits for any worker to come online before the ladder goes on.</summary>
    public TimeSpan WorkerGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a host may hold a row of the outbox; one that dies gives it back thereby.</summary>
    public TimeSpan OutboxLease { get; init; } = TimeSpan.FromSeconds(5);

    public RelayDeadlines Deadlines => new(QueueWithin, AcknowledgeWithin, FirstTokenWithin, CompleteWithin);
}
