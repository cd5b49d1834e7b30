using MeatLizard.Testing.Storage;

namespace MeatLizard.Bench.Stateless;

/// <summary>
/// How much later the first text of a stream without a session comes than from llama-server itself; beside it a bare pass-through and another
/// gateway. One stream at a time, all four before the product's own llama-server, asked in turn, in an order that changes.
/// </summary>
internal sealed class StatelessFirstToken(Stage stage) : IMeasure
{
    private const int Calls = 100;
    private const int WarmUp = 400;

    private readonly List<Side> _sides = [];
    private readonly Random _order = new(1);
    private Side _ours = null!;
    private Side _direct = null!;
    private int _asked;

    public string Name => "v1-first-token";

    public async Task Prepare(CancellationToken cancellationToken)
    {
        var host = await stage.HostApart(Database.Sqlite, Stage.Tiny);
        _ours = Add("ours", new V1Client(host.Http.BaseAddress!, host.Key));
        _ = await Ask(_ours, cancellationToken);
        var engine = ChildEngine.Of(host.Process.Id);
        var llama = new Uri($"http://127.0.0.1:{engine.Port}/");
        _direct = Add("direct", new V1Client(llama, engine.Key, closes: true));
        var passing = await PassThrough.Before(stage, llama, closes: true);
        Add("a bare pass-through", new V1Client(passing.Address, engine.Key));
        if (await Portkey.TryStart(stage, cancellationToken) is { } portkey)
        {
            Add($"the Portkey gateway {Portkey.Version}", new V1Client(portkey.Address, engine.Key, closes: false, Portkey.To(llama)));
        }

        for (var i = 0; i < WarmUp; i++)
        {
            foreach (var side in _sides)
            {
                _ = await Ask(side, cancellationToken);
            }
        }
    }

    public async Task Round(CancellationToken cancellationToken)
    {
        var took = _sides.Select(_ => new double[Calls]).ToArray();
        var sides = Enumerable.Range(0, _sides.Count).ToArray();
        for (var i = 0; i < Calls; i++)
        {
            // In another order each time: whoever always comes after the same one finds the processors as that one has left them.
            _order.Shuffle(sides);
            foreach (var side in sides)
            {
                took[side][i] = await Ask(_sides[side], cancellationToken);
            }
        }

        for (var side = 0; side < _sides.Count; side++)
        {
            _sides[side].Rounds.Add(took[side]);
        }
    }

    public IEnumerable<Row> Rows() =>
        from side in _sides
        where side != _direct
        from figure in new[] { (Name: "p50", Share: 0.5, Most: 1.0), (Name: "p99", Share: 0.99, Most: 5.0) }
        select Row(side, figure.Name, figure.Share, side == _ours ? figure.Most : null);

    private Row Row(Side side, string name, double share, double? most)
    {
        var added = side.Rounds.Zip(_direct.Rounds, (a, b) => a.Percentile(share) - b.Percentile(share)).Median();
        return new(
            side == _ours ? $"stateless stream through /v1, first text added to llama-server direct, {name}" : $"the same through {side.Name}, {name}",
            side.Rounds.Select(round => round.Percentile(share)).Median().Milliseconds(),
            _direct.Rounds.Select(round => round.Percentile(share)).Median().Milliseconds(),
            $"{(added < 0 ? "" : "+")}{added.Milliseconds()}",
            most is { } bound ? $"\u2264 {bound:0} ms" : "",
            most is null ? null : added <= most);
    }

    private Side Add(string name, V1Client client)
    {
        var side = new Side(name, stage.Keep(client), []);
        _sides.Add(side);
        return side;
    }

    /// <summary>Nobody asks what somebody has asked before: its prompt would lie in the engine's memory.</summary>
    private Task<double> Ask(Side side, CancellationToken cancellationToken) => FirstToken.FirstText(
        question => side.Client.Stream(Stage.Tiny, question, cancellationToken), () => $"Question {_asked++:000000}: what do lizards eat?");

    private sealed record Side(string Name, V1Client Client, List<double[]> Rounds);
}
