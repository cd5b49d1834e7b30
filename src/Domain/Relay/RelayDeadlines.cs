namespace MeatLizard.Domain.Relay;

/// <summary>How long each step of an answer may take.</summary>
/// <param name="QueueWithin">From queued to dispatched.</param>
/// <param name="AcknowledgeWithin">From dispatched to acknowledged.</param>
/// <param name="FirstTokenWithin">From acknowledged, or the last sign of progress, to the first text.</param>
/// <param name="CompleteWithin">From dispatched to the end.</param>
public sealed record RelayDeadlines(TimeSpan QueueWithin, TimeSpan AcknowledgeWithin, TimeSpan FirstTokenWithin, TimeSpan CompleteWithin);
