using System.Diagnostics.Metrics;
using System.Text.Json;
using MeatLizard.Application.Pipeline;

namespace MeatLizard.Infrastructure.Relay.Frames;

/// <summary>What became of received frames, for whoever watches: anything but opened and incomplete deserves a look.</summary>
internal sealed class FrameMetrics : IDisposable
{
    private readonly Meter _meter = new(Telemetry.Name);

    public FrameMetrics(FrameCounters counters) => _meter.CreateObservableCounter(
        "meatlizard.relay.frames",
        () => Enum.GetValues<FrameOutcome>().Select(outcome => new Measurement<long>(
            counters[outcome],
            new KeyValuePair<string, object?>("outcome", JsonNamingPolicy.SnakeCaseLower.ConvertName(outcome.ToString())))),
        "{frame}",
        "Frames received, by what became of them.");

    public void Dispose() => _meter.Dispose();
}
