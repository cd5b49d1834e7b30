using MeatLizard.Application.Operations;

namespace MeatLizard.Infrastructure.Storage.Stores;

internal sealed class MetricHistory(DbSession session) : IMetricHistory
{
    public void Add(MetricSample sample) => session.Write(new(
        "metric_sample",
        """
        INSERT INTO metric_sample (
            at, queued, running, parked, ended, failed, first_token_p50, first_token_p95, workers, slots, slots_free, tokens_per_second)
        VALUES (@at, @queued, @running, @parked, @ended, @failed, @p50, @p95, @workers, @slots, @slotsFree, @tokens)
        ON CONFLICT (at) DO NOTHING
        """,
        ("@at", sample.At),
        ("@queued", sample.Queue.Queued),
        ("@running", sample.Queue.Running),
        ("@parked", sample.Queue.Parked),
        ("@ended", sample.LastHour.Ended),
        ("@failed", sample.LastHour.Failed),
        ("@p50", sample.LastHour.FirstTokenP50),
        ("@p95", sample.LastHour.FirstTokenP95),
        ("@workers", sample.Workers),
        ("@slots", sample.Slots),
        ("@slotsFree", sample.SlotsFree),
        ("@tokens", sample.TokensPerSecond)));

    public void RemoveBefore(DateTimeOffset time) =>
        session.Write(new("metric_sample", "DELETE FROM metric_sample WHERE at < @time", ("@time", time)));
}
