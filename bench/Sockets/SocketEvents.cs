using System.Diagnostics;
using MeatLizard.Bench.Stateless;

namespace MeatLizard.Bench.Sockets;

/// <summary>
/// Events of answers over WebSockets, against a bare echo. How late they are is measured on answers that are being written; how many a second
/// there can be on the same answers read again, because text that comes faster than it is gathered makes no more events.
/// </summary>
internal sealed class SocketEvents(Stage stage) : IMeasure
{
    /// <summary>With the sockets and the model's pace 10,240 events a second.</summary>
    private const int Answers = 32;

    private const int PerSecond = 10_000;
    private const int UnderWay = 16;
    private const double Least = 0.6;
    private const double MostMilliseconds = 5;

    private static readonly TimeSpan Span = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PacedSpan = TimeSpan.FromSeconds(4);

    /// <summary>Of the beginning and the end, when not all answers are being written.</summary>
    private static readonly TimeSpan Edge = TimeSpan.FromSeconds(2);

    private readonly List<double> _rate = [];
    private readonly List<double> _echoRate = [];
    private readonly List<double> _awaitedRate = [];
    private readonly List<double> _offered = [];
    private readonly List<double> _late = [];
    private readonly List<double> _echoLate = [];
    private ProductHost _host = null!;
    private BareHost _echo = null!;
    private int _length = 300;
    private int _round;

    public string Name => "ws-events";

    public async Task Prepare(CancellationToken cancellationToken)
    {
        _host = await StatelessRate.Before(stage, await stage.Bare(InstantModel.Verb));
        _echo = await stage.Bare(EchoServer.Verb);
        await Round(cancellationToken);
        foreach (var figures in new[] { _rate, _echoRate, _awaitedRate, _offered, _late, _echoLate })
        {
            figures.Clear();
        }
    }

    public async Task Round(CancellationToken cancellationToken)
    {
        if (_round++ % 2 == 0)
        {
            await Ours(cancellationToken);
            await Bare(cancellationToken);
        }
        else
        {
            await Bare(cancellationToken);
            await Ours(cancellationToken);
        }
    }

    public IEnumerable<Row> Rows()
    {
        var ratio = _rate.Zip(_echoRate, (a, b) => a / b).Median();
        yield return new(
            $"WebSocket events/s, {EventFeed.Sockets} sockets, SQLite; bare: an echo, {UnderWay} messages under way on each",
            _rate.Median().PerSecond(), _echoRate.Median().PerSecond(), ratio.Ratio(), $"\u2265 {Least}", ratio >= Least);
        yield return new(
            "the same; bare: an echo, each message awaited",
            _rate.Median().PerSecond(), _awaitedRate.Median().PerSecond(), _rate.Zip(_awaitedRate, (a, b) => a / b).Median().Ratio(), "", null);
        var late = _late.Median();
        yield return new(
            $"WebSocket events, p99 from the model's word to the socket at {_offered.Median().PerSecond()}; bare: an echo's way at {PerSecond}/s",
            late.Milliseconds(), _echoLate.Median().Milliseconds(), late.Milliseconds(), $"< {MostMilliseconds:0} ms", late < MostMilliseconds);
    }

    private async Task Ours(CancellationToken cancellationToken)
    {
        await using var feed = await EventFeed.Open(_host, cancellationToken);
        var requests = new Guid[Answers];
        for (var i = 0; i < Answers; i++)
        {
            requests[i] = await _host.Say(await _host.OpenSession(model: InstantModel.Paced), "What time is it?", cancellationToken);
        }

        var pieces = await feed.Live(requests, cancellationToken);
        var edge = (long)(Edge.TotalSeconds * Stopwatch.Frequency);
        var (begin, end) = (pieces.Min(piece => piece.At) + edge, pieces.Max(piece => piece.At) - edge);
        long[] took = [.. from piece in pieces where piece.At >= begin && piece.At < end select piece.Took];
        _offered.Add(took.Length / Stopwatch.GetElapsedTime(begin, end).TotalSeconds);
        _late.Add(Milliseconds(took).Percentile(0.99));
        var (rate, length) = await feed.Replay(requests, cancellationToken);
        _rate.Add(rate);
        _length = length;
    }

    private async Task Bare(CancellationToken cancellationToken)
    {
        var load = new EchoLoad(_echo, _length);
        _echoLate.Add(Milliseconds(await load.Paced(PerSecond, PacedSpan, cancellationToken)).Percentile(0.99));
        _echoRate.Add(await load.Rate(UnderWay, Span, cancellationToken));
        _awaitedRate.Add(await load.Rate(1, Span, cancellationToken));
    }

    private static IEnumerable<double> Milliseconds(IEnumerable<long> took) => took.Select(each => each * 1000.0 / Stopwatch.Frequency);
}
