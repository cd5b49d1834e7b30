using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MeatLizard.Application.Pipeline;

/// <summary>The product's own activities and metrics.</summary>
public sealed class Telemetry : IDisposable
{
    public const string Name = "MeatLizard";

    private readonly Meter _meter = new(Name);

    public Telemetry()
    {
        UseCaseDuration = _meter.CreateHistogram<double>("meatlizard.use_case.duration", "s", "Time a use case took.");
        FirstToken = _meter.CreateHistogram<double>("meatlizard.relay.first_token", "s", "From queued to the first text.");
    }

    public ActivitySource Activities { get; } = new(Name);

    public Histogram<double> UseCaseDuration { get; }

    public Histogram<double> FirstToken { get; }

    public void Dispose()
    {
        _meter.Dispose();
        Activities.Dispose();
    }
}
