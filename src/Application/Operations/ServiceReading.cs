using MeatLizard.Application.Relay.Providers;
using MeatLizard.Application.Relay.Workers;

namespace MeatLizard.Application.Operations;

/// <summary>How the service is, as one host sees it.</summary>
/// <param name="At">When it was read.</param>
/// <param name="Workers">Those that are enrolled or were ever here, revoked ones apart.</param>
/// <param name="Providers">In the order in which they are asked.</param>
public sealed record ServiceReading(
    DateTimeOffset At,
    QueueFigures Queue,
    AnswerFigures LastHour,
    IReadOnlyList<WorkerOverview> Workers,
    IReadOnlyList<ProviderReading> Providers)
{
    /// <summary>Over all workers whose heartbeats reach this host.</summary>
    public double TokensPerSecond => Workers.Sum(worker => worker.Presence?.LastBeat?.TokensPerSecond ?? 0);

    /// <summary>The same, as a row of the history.</summary>
    public MetricSample Sample()
    {
        var present = Workers.Where(worker => worker.Presence is not null).Select(worker => worker.Presence!).ToArray();
        return new(
            new(At.UtcTicks - (At.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero),
            Queue,
            LastHour,
            present.Length,
            present.Sum(worker => worker.Slots),
            present.Sum(worker => worker.SlotsFree),
            TokensPerSecond);
    }
}
