using MeatLizard.Testing.Storage;

namespace MeatLizard.Bench.Stateless;

/// <summary>
/// Completions a second with 64 callers, each the next as soon as the last is answered, against a bare pass-through to the same model: once to
/// one elsewhere that answers at once, so that what stands in between is all there is; once to llama-server, through a worker.
/// </summary>
internal sealed class StatelessRate(Stage stage) : IMeasure
{
    private const int Callers = 64;
    private const double Least = 0.5;

    private static readonly TimeSpan Span = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);

    private readonly List<Side> _sides = [];
    private Side _provider = null!;
    private Side _bareProvider = null!;
    private Side? _portkey;
    private Side _worker = null!;
    private Side _bareWorker = null!;
    private int _round;

    public string Name => "v1-rate";

    /// <summary>A product that knows no worker, and one model elsewhere.</summary>
    public static Task<ProductHost> Before(Stage stage, BareHost model) => stage.Host(
        Database.Sqlite,
        null,
        LinkedProduct.NoWorker,
        ("Providers:instant:BaseUrl", new Uri(model.Address, "v1").ToString()),
        ("Providers:instant:Models", $"{InstantModel.Instant},{InstantModel.Paced}"));

    public async Task Prepare(CancellationToken cancellationToken)
    {
        var model = await stage.Bare(InstantModel.Verb);
        var elsewhere = await Before(stage, model);
        var instant = Body(InstantModel.Instant);
        _provider = Add(elsewhere.Port, LoadClient.Ask(elsewhere.Key, instant));
        _bareProvider = Add((await PassThrough.Before(stage, model.Address, closes: false)).Port, LoadClient.Ask("none", instant));
        if (await Portkey.TryStart(stage, cancellationToken) is { } portkey)
        {
            _portkey = Add(portkey.Port, LoadClient.Ask("none", instant, Portkey.To(model.Address)));
        }

        var here = await stage.HostApart(Database.Sqlite, Stage.Tiny);
        var tiny = Body(Stage.Tiny);
        _worker = Add(here.Port, LoadClient.Ask(here.Key, tiny));
        await using (var first = new V1Client(here.Http.BaseAddress!, here.Key))
        {
            (await first.Whole(tiny, cancellationToken)).Dispose();
        }

        var engine = ChildEngine.Of(here.Process.Id);
        var passing = await PassThrough.Before(stage, new($"http://127.0.0.1:{engine.Port}/"), closes: true);
        _bareWorker = Add(passing.Port, LoadClient.Ask(engine.Key, tiny));
        foreach (var side in _sides)
        {
            _ = await Rate(side, WarmUp, cancellationToken);
        }
    }

    public async Task Round(CancellationToken cancellationToken)
    {
        for (var i = 0; i < _sides.Count; i++)
        {
            var side = _sides[(i + _round) % _sides.Count];
            side.Rounds.Add(await Rate(side, Span, cancellationToken));
        }

        _round++;
    }

    public IEnumerable<Row> Rows()
    {
        yield return Of(
            $"completions/s through /v1, {Callers} callers, a provider that answers at once; bare: a pass-through to it", _provider, _bareProvider, Least);
        if (_portkey is not null)
        {
            yield return Of($"the same; bare: the Portkey gateway {Portkey.Version} to it", _provider, _portkey, least: null);
        }

        yield return Of(
            $"completions/s through /v1, {Callers} callers, llama-server, 8 tokens; bare: a pass-through to it", _worker, _bareWorker, Least);
    }

    private static Row Of(string what, Side ours, Side bare, double? least)
    {
        var ratio = ours.Rounds.Zip(bare.Rounds, (a, b) => a / b).Median();
        return new(
            what,
            ours.Rounds.Median().PerSecond(),
            bare.Rounds.Median().PerSecond(),
            ratio.Ratio(),
            least is { } bound ? $"\u2265 {bound}" : "",
            least is null ? null : ratio >= least);
    }

    private static string Body(string model) =>
        $$$"""{"model":"{{{model}}}","max_tokens":8,"messages":[{"role":"user","content":"{{{BareServer.Question}}}"}]}""";

    private static Task<double> Rate(Side side, TimeSpan span, CancellationToken cancellationToken) =>
        LoadClient.Run(side.Port, Callers, side.Call, 200, span, cancellationToken);

    private Side Add(int port, byte[] call)
    {
        var side = new Side(port, call, []);
        _sides.Add(side);
        return side;
    }

    private sealed record Side(int Port, byte[] Call, List<double> Rounds);
}
