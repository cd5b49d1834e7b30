using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace MeatLizard.Presentation.Api.Operations;

/// <summary>
/// Our own meters and the web server's, as Prometheus reads them. Measured from the first time they are asked for.
/// </summary>
internal sealed class Metrics : IDisposable
{
    private static readonly string[] Meters =
        ["MeatLizard", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];
    private static readonly double[] Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

    private readonly ConcurrentDictionary<(Instrument Instrument, string Labels), Series> _series = new();
    private readonly Lazy<MeterListener> _listener;

    public Metrics() => _listener = new(Listen);

    public void Dispose()
    {
        if (_listener.IsValueCreated)
        {
            _listener.Value.Dispose();
        }
    }

    public string Read()
    {
        _listener.Value.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var family in _series.GroupBy(entry => entry.Key.Instrument).OrderBy(family => family.Key.Name, StringComparer.Ordinal))
        {
            var isHistogram = IsHistogram(family.Key);
            var isCounter = IsCounter(family.Key);
            var name = NameOf(family.Key) + (isCounter ? "_total" : "");
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {family.Key.Description?.ReplaceLineEndings(" ")}\n");
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {name} {(isHistogram ? "histogram" : isCounter ? "counter" : "gauge")}\n");
            foreach (var ((_, labels), series) in family.OrderBy(entry => entry.Key.Labels, StringComparer.Ordinal))
            {
                series.Write(text, name, labels, isHistogram);
            }
        }

        return text.ToString();
    }

    private MeterListener Listen()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (Meters.Contains(instrument.Meter.Name))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.Start();
        return listener;
    }

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = _series.GetOrAdd((instrument, Labels(tags)), static _ => new(Bounds));
        if (IsHistogram(instrument))
        {
            series.Record(value);
        }
        else if (instrument.IsObservable)
        {
            series.Set(value);
        }
        else
        {
            series.Add(value);
        }
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            var clean = Convert.ToString(value, CultureInfo.InvariantCulture)?
                .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).ReplaceLineEndings(" ");
            text.Append(text.Length == 0 ? "" : ",").Append(Word(name)).Append("=\"").Append(clean).Append('"');
        }

        return text.ToString();
    }

    private static string NameOf(Instrument instrument) => instrument.Unit switch
    {
        "s" => Word(instrument.Name) + "_seconds",
        "By" => Word(instrument.Name) + "_bytes",
        _ => Word(instrument.Name),
    };

    private static string Word(string name) => name.Replace('.', '_').Replace('-', '_');

    private static bool IsHistogram(Instrument instrument) => instrument.GetType().Name.StartsWith("Histogram", StringComparison.Ordinal);

    private static bool IsCounter(Instrument instrument) =>
        instrument.GetType().Name is var type
            && (type.StartsWith("Counter", StringComparison.Ordinal) || type.StartsWith("ObservableCounter", StringComparison.Ordinal));

    private sealed class Series(double[] bounds)
    {
        private readonly Lock _lock = new();
        private readonly long[] _buckets = new long[bounds.Length];
        private double _value;
        private long _count;

        public void Set(double value)
        {
            lock (_lock)
            {
                _value = value;
            }
        }

        public void Add(double value)
        {
            lock (_lock)
            {
                _value += value;
            }
        }

        public void Record(double value)
        {
            lock (_lock)
            {
                _value += value;
                _count++;
                if (Array.FindIndex(bounds, bound => value <= bound) is >= 0 and var bucket)
                {
                    _buckets[bucket]++;
                }
            }
        }

        public void Write(StringBuilder text, string name, string labels, bool isHistogram)
        {
            lock (_lock)
            {
                var braced = labels.Length == 0 ? "" : $"{{{labels}}}";
                if (!isHistogram)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{name}{braced} {_value}\n");
                    return;
                }

                var comma = labels.Length == 0 ? "" : ",";
                var below = 0L;
                for (var i = 0; i < bounds.Length; i++)
                {
                    below += _buckets[i];
                    text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{labels}{comma}le=\"{bounds[i]}\"}} {below}\n");
                }

                text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{labels}{comma}le=\"+Inf\"}} {_count}\n");
                text.Append(CultureInfo.InvariantCulture, $"{name}_sum{braced} {_value}\n{name}_count{braced} {_count}\n");
            }
        }
    }
}
