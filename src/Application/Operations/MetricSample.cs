namespace MeatLizard.Application.Operations;

/// <summary>How things were at one minute.</summary>
/// <param name="At">A whole minute.</param>
/// <param name="Workers">Workers that were there.</param>
/// <param name="TokensPerSecond">Over all workers that this host hears of.</param>
public sealed record MetricSample(
    DateTimeOffset At, QueueFigures Queue, AnswerFigures LastHour, int Workers, int Slots, int SlotsFree, double TokensPerSecond);
