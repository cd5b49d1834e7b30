namespace MeatLizard.Application.Operations;

/// <summary>Requests that have ended in a span of time.</summary>
/// <param name="Ended">All of them.</param>
/// <param name="Failed">Those that failed or ran out of time; not those that were cancelled.</param>
/// <param name="FirstTokenP50">Half of those with text had their first within so long, from queued; null when there were none.</param>
/// <param name="FirstTokenP95">The same, of 95 in a hundred.</param>
public sealed record AnswerFigures(int Ended, int Failed, TimeSpan? FirstTokenP50, TimeSpan? FirstTokenP95);
