using System.Diagnostics;
using MeatLizard.Testing.Storage;

namespace MeatLizard.Bench;

/// <summary>Tokens a second from call to end, against llama-server itself. The model says nothing but text until its context is full.</summary>
internal sealed class TokenRate : IMeasure
{
    private const int ContextSize = 256;
    private const string Question = "Tell me all about lizards.";

    private static readonly int[] Streams = [1, 4];

    private static readonly (string Key, string Value) Context = ("Inference:ContextSize", $"{ContextSize}");

    private readonly Side[] _sides;
    private int _round;

    private TokenRate(string name, params Side[] sides) => (Name, _sides) = (name, sides);

    public string Name { get; }

    public static TokenRate InProcess(Stage stage)
    {
        return new("token-rate", new Side("SQLite", () => On(Database.Sqlite)), new Side("PostgreSQL", () => On(Database.Postgres)));

        async Task<(ProductHost Host, ChildOfBench Worker)> On(Database database)
        {
            var host = await stage.Host(database, Stage.Large, Context);
            return (host, host.Process);
        }
    }

    /// <summary>The worker is a client bot that has dialled in from a process of its own.</summary>
    public static TokenRate OverTheLink(Stage stage)
    {
        return new("link-token-rate", new Side("over the link, SQLite", Linked));

        async Task<(ProductHost Host, ChildOfBench Worker)> Linked()
        {
            var linked = await LinkedProduct.Start(stage, Stage.Large, Context);
            return (linked.Host, linked.Worker);
        }
    }

    public async Task Prepare(CancellationToken cancellationToken)
    {
        foreach (var side in _sides)
        {
            await side.Start(cancellationToken);
            await Rate(side.Product, 1);
            await Rate(side.Direct, 1);
        }
    }

    public async Task Round(CancellationToken cancellationToken)
    {
        _round++;
        foreach (var streams in Streams)
        {
            foreach (var side in _sides)
            {
                var directFirst = _round % 2 == 0;
                var before = directFirst ? await Rate(side.Direct, streams) : 0;
                side.Ours[streams].Add(await Rate(side.Product, streams));
                side.Bare[streams].Add(directFirst ? before : await Rate(side.Direct, streams));
            }
        }
    }

    public IEnumerable<Row> Rows() =>
        from streams in Streams
        from side in _sides
        let ours = side.Ours[streams]
        let bare = side.Bare[streams]
        let ratio = ours.Zip(bare, (a, b) => a / b).Median()
        select new Row(
            $"tokens/s, 120 M parameters, {(streams == 1 ? "1 stream" : $"{streams} streams")}, {side.Name}",
            ours.Median().PerSecond(),
            bare.Median().PerSecond(),
            ratio.Ratio(),
            "≥ 0.97",
            ratio >= 0.97);

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

    /// <summary>A product and its own llama-server, asked in turn.</summary>
    private sealed class Side(string name, Func<Task<(ProductHost Host, ChildOfBench Worker)>> start)
    {
        public string Name => name;

        public Dictionary<int, List<double>> Ours { get; } = Streams.ToDictionary(streams => streams, _ => new List<double>());

        public Dictionary<int, List<double>> Bare { get; } = Streams.ToDictionary(streams => streams, _ => new List<double>());

        public Func<Task<Ask>> Product { get; private set; } = null!;

        public Func<Task<Ask>> Direct { get; private set; } = null!;

        public async Task Start(CancellationToken cancellationToken)
        {
            var (host, worker) = await start();
            Product = async () =>
            {
                var session = await host.OpenSession();
                return () => host.Ask(session, Question, cancellationToken);
            };
            _ = await (await Product())();
            var direct = LlamaDirect.Behind(worker, Stage.Large);
            Direct = () => Task.FromResult<Ask>(() => direct.Ask(Question, cancellationToken));
        }
    }
}
