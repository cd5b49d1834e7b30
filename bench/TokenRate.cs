using System.Diagnostics;
using System.Globalization;
using MeatLizard.Testing.Storage;

namespace MeatLizard.Bench;

/// <summary>
/// Tokens a second from call to end, against llama-server itself; beside it a bare pass-through before the same llama-server. The model says
/// nothing but text until its context is full.
/// </summary>
internal sealed class TokenRate : IMeasure
{
    private const int ContextSize = 256;
    private const double Least = 0.97;
    private const string Question = "Tell me all about lizards.";

    private static readonly int[] Streams = [1, 4];

    private readonly Side[] _sides;
    private readonly Random _order = new(1);

    private TokenRate(string name, params Side[] sides) => (Name, _sides) = (name, sides);

    public string Name { get; }

    public static TokenRate InProcess(Stage stage)
    {
        return new("token-rate", new Side(stage, "SQLite", () => On(Database.Sqlite)), new Side(stage, "PostgreSQL", () => On(Database.Postgres)));

        async Task<(ProductHost Host, ChildOfBench Worker)> On(Database database)
        {
            var host = await stage.Host(database, Stage.Large, Settings(stage));
            return (host, host.Process);
        }
    }

    /// <summary>The worker is a client bot that has dialled in from a process of its own.</summary>
    public static TokenRate OverTheLink(Stage stage)
    {
        return new("link-token-rate", new Side(stage, "over the link, SQLite", Linked));

        async Task<(ProductHost Host, ChildOfBench Worker)> Linked()
        {
            var linked = await LinkedProduct.Start(stage, Stage.Large, Settings(stage));
            return (linked.Host, linked.Worker);
        }
    }

    /// <summary>Both models: the tiny one is for warming up.</summary>
    private static (string Key, string Value)[] Settings(Stage stage) =>
    [
        ("Inference:ContextSize", $"{ContextSize}"),
        ("Inference:Models", Path.GetDirectoryName(stage.Model(Stage.Tiny))!),
    ];

    public async Task Prepare(CancellationToken cancellationToken)
    {
        foreach (var side in _sides)
        {
            await side.Start(cancellationToken);
            await Rate(side.Product, 1);
            await Rate(side.Direct, 1);
            await Rate(side.Passing, 1);
        }
    }

    public async Task Round(CancellationToken cancellationToken)
    {
        foreach (var streams in Streams)
        {
            foreach (var side in _sides)
            {
                (Func<Task<Ask>> Prepare, List<double> Rates)[] turns =
                    [(side.Product, side.Ours[streams]), (side.Direct, side.Bare[streams]), (side.Passing, side.Passed[streams])];
                _order.Shuffle(turns);
                foreach (var (prepare, rates) in turns)
                {
                    rates.Add(await Rate(prepare, streams));
                }
            }
        }
    }

    public IEnumerable<Row> Rows() =>
        from streams in Streams
        from side in _sides
        from row in (Row[])
        [
            Row($"tokens/s, 120 M parameters, {(streams == 1 ? "1 stream" : $"{streams} streams")}, {side.Name}", side.Ours[streams], side.Bare[streams], Least),
            Row("the same; ours: a bare pass-through", side.Passed[streams], side.Bare[streams], least: null),
        ]
        select row;

    private static Row Row(string what, List<double> ours, List<double> bare, double? least)
    {
        var ratio = ours.Zip(bare, (a, b) => a / b).Median();
        return new(
            what,
            ours.Median().PerSecond(),
            bare.Median().PerSecond(),
            ratio.Ratio(),
            least is { } bound ? string.Create(CultureInfo.InvariantCulture, $"\u2265 {bound}") : "",
            least is null ? null : ratio >= least);
    }

    private static async Task<double> Rate(Func<Task<Ask>> prepare, int streams)
    {
        var asks = new Ask[streams];
        for (var i = 0; i < streams; i++)
        {
            asks[i] = await prepare();
        }

        var started = Stopwatch.GetTimestamp();
        var answers = await Task.WhenAll(asks.Select(ask => ask()));
        return answers.Sum(answer => answer.Tokens) / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private delegate Task<StreamedAnswer> Ask();

    /// <summary>A product, its own llama-server, and a pass-through to that; asked in turn.</summary>
    private sealed class Side(Stage stage, string name, Func<Task<(ProductHost Host, ChildOfBench Worker)>> start)
    {
        public string Name => name;

        public Dictionary<int, List<double>> Ours { get; } = PerStreams();

        public Dictionary<int, List<double>> Bare { get; } = PerStreams();

        public Dictionary<int, List<double>> Passed { get; } = PerStreams();

        public Func<Task<Ask>> Product { get; private set; } = null!;

        public Func<Task<Ask>> Direct { get; private set; } = null!;

        public Func<Task<Ask>> Passing { get; private set; } = null!;

        public async Task Start(CancellationToken cancellationToken)
        {
            var (host, worker) = await start();
            await host.WarmUp(Stage.Tiny, cancellationToken);
            Product = async () =>
            {
                var session = await host.OpenSession(model: Stage.Large);
                return () => host.Ask(session, Question, cancellationToken);
            };
            _ = await (await Product())();
            Direct = Of(LlamaDirect.Behind(worker, Stage.Large));
            Passing = Of(await LlamaDirect.Through(stage, worker, Stage.Large));

            Func<Task<Ask>> Of(LlamaDirect llama) => () => Task.FromResult<Ask>(() => llama.Ask(Question, cancellationToken));
        }

        private static Dictionary<int, List<double>> PerStreams() => Streams.ToDictionary(streams => streams, _ => new List<double>());
    }
}
