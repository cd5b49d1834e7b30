using MeatLizard.Testing.Storage;

namespace MeatLizard.Bench;

/// <summary>
/// How much later the first text comes than from llama-server itself: the key, the limits and the commits, the worker and its
/// sealed frames. One stream; the product and its own llama-server are asked in turn.
/// </summary>
internal sealed class FirstToken(Stage stage) : IMeasure
{
    private const int Calls = 200;
    private const int WarmUp = 20;

    private readonly Pair[] _pairs = [new("SQLite", Database.Sqlite, 2), new("PostgreSQL", Database.Postgres, 3)];
    private int _turn;
    private int _asked;

    public string Name => "first-token";

    public async Task Prepare(CancellationToken cancellationToken)
    {
        foreach (var pair in _pairs)
        {
            await pair.Start(stage, cancellationToken);
            for (var i = 0; i < WarmUp; i++)
            {
                await Both(pair);
            }
        }
    }

    public async Task Round(CancellationToken cancellationToken)
    {
        foreach (var pair in _pairs)
        {
            var (bare, ours) = (new double[Calls], new double[Calls]);
            for (var i = 0; i < Calls; i++)
            {
                (bare[i], ours[i]) = await Both(pair);
            }

            pair.Bare.Add(bare);
            pair.Ours.Add(ours);
        }
    }

    public IEnumerable<Row> Rows() =>
        from pair in _pairs
        from row in new[] { pair.Row("p50", 0.5, pair.Most), pair.Row("p99", 0.99, 10) }
        select row;

    /// <summary>Everybody once, by turns in the other order.</summary>
    private async Task<(double Bare, double Ours)> Both(Pair pair)
    {
        if (_turn++ % 2 == 0)
        {
            var bare = await FirstText(pair.Direct, Question);
            return (bare, await FirstText(pair.Product, Question));
        }

        var ours = await FirstText(pair.Product, Question);
        return (await FirstText(pair.Direct, Question), ours);
    }

    /// <summary>Nobody asks what somebody has asked before: its prompt would lie in the engine's memory.</summary>
    private string Question() => $"Question {_asked++:00000}: what do lizards eat?";

    /// <summary>Milliseconds.</summary>
    internal static async Task<double> FirstText(Func<string, Task<StreamedAnswer>> ask, Func<string> question)
    {
        while (true)
        {
            // The tiny model sometimes ends before it has said anything.
            if ((await ask(question())).FirstText is { } first)
            {
                return first.TotalMilliseconds;
            }
        }
    }

    private sealed class Pair(string name, Database database, double most)
    {
        public double Most => most;

        public List<double[]> Bare { get; } = [];

        public List<double[]> Ours { get; } = [];

        public Func<string, Task<StreamedAnswer>> Product { get; private set; } = null!;

        public Func<string, Task<StreamedAnswer>> Direct { get; private set; } = null!;

        public async Task Start(Stage stage, CancellationToken cancellationToken)
        {
            var host = await stage.Host(database, Stage.Tiny);
            Product = async question => await host.Ask(await host.OpenSession(), question, cancellationToken);
            await host.WarmUp(Stage.Tiny, cancellationToken);
            var direct = LlamaDirect.Behind(host.Process, Stage.Tiny);
            Direct = question => direct.Ask(question, cancellationToken);
        }

        public Row Row(string what, double share, double bound)
        {
            var mine = Ours.Select(round => round.Percentile(share)).Median();
            var bare = Bare.Select(round => round.Percentile(share)).Median();
            var added = Ours.Zip(Bare, (a, b) => a.Percentile(share) - b.Percentile(share)).Median();
            return new(
                $"time to first token added, {what}, {name}",
                mine.Milliseconds(),
                bare.Milliseconds(),
                $"+{added.Milliseconds()}",
                $"≤ {bound:0} ms",
                added <= bound);
        }
    }
}
