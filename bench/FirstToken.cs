using MeatLizard.Testing.Storage;

namespace MeatLizard.Bench;

/// <summary>
/// How much later the first text comes than from llama-server itself: the key, the limits and the commits, the worker and its
/// sealed frames. One stream; each side is asked in turn.
/// </summary>
internal sealed class FirstToken(Stage stage) : IMeasure
{
    private const int Calls = 200;
    private const int WarmUp = 150;

    private readonly List<double[]>[] _rounds = [[], [], []];
    private Side[] _sides = [];
    private int _asked;

    public string Name => "first-token";

    public async Task Prepare(CancellationToken cancellationToken)
    {
        var direct = await stage.Engine(Stage.Tiny, 8192);
        _sides = [new(question => direct.Ask(question, cancellationToken)), await Product(Database.Sqlite), await Product(Database.Postgres)];
        for (var i = 0; i < WarmUp; i++)
        {
            await Triple();
        }

        async Task<Side> Product(Database database)
        {
            var host = await stage.Host(database, Stage.Tiny);
            return new(async question => await host.Ask(await host.OpenSession(), question, cancellationToken));
        }
    }

    public async Task Round(CancellationToken cancellationToken)
    {
        var figures = _sides.Select(_ => new double[Calls]).ToArray();
        for (var i = 0; i < Calls; i++)
        {
            var took = await Triple();
            for (var side = 0; side < took.Length; side++)
            {
                figures[side][i] = took[side];
            }
        }

        for (var side = 0; side < figures.Length; side++)
        {
            _rounds[side].Add(figures[side]);
        }
    }

    public IEnumerable<Row> Rows() =>
    [
        .. Of("SQLite", _rounds[1], 2),
        .. Of("PostgreSQL", _rounds[2], 3),
    ];

    private IEnumerable<Row> Of(string database, List<double[]> ours, double most) =>
    [
        Of($"time to first token added, p50, {database}", ours, 0.5, most),
        Of($"time to first token added, p99, {database}", ours, 0.99, 10),
    ];

    private Row Of(string what, List<double[]> ours, double share, double most)
    {
        var mine = ours.Select(round => round.Percentile(share)).Median();
        var bare = _rounds[0].Select(round => round.Percentile(share)).Median();
        var added = ours.Zip(_rounds[0], (a, b) => a.Percentile(share) - b.Percentile(share)).Median();
        return new(what, mine.Milliseconds(), bare.Milliseconds(), $"+{added.Milliseconds()}", $"≤ {most:0} ms", added <= most);
    }

    /// <summary>Everybody once, each time in another order.</summary>
    private async Task<double[]> Triple()
    {
        var took = new double[_sides.Length];
        var question = $"Question {_asked++:00000}: what do lizards eat?";
        for (var i = 0; i < _sides.Length; i++)
        {
            var side = (i + _asked) % _sides.Length;
            TimeSpan? first;
            do
            {
                first = (await _sides[side].Ask(question)).FirstText;
            }
            while (first is null);

            took[side] = first.Value.TotalMilliseconds;
        }

        return took;
    }

    private sealed record Side(Func<string, Task<StreamedAnswer>> Ask);
}
