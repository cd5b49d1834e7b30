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
        () => Enum.GetValues<FrameOutcome>()
            .Select(outcome => Of(JsonNamingPolicy.SnakeCaseLower.ConvertName(outcome.ToString()), counters[outcome]))
            .Append(Of("abandoned", counters.Abandoned)),
        "{frame}",
        "Frames received, by what became of them.");

    private static Measurement<long> Of(string outcome, long count) => new(count, new KeyValuePair<string, object?>("outcome", outcome));

    public void Dispose() => _meter.Dispose();
}
