using System.Diagnostics;
using MeatLizard.Testing.Storage;

namespace MeatLizard.Bench;

/// <summary>Tokens a second from call to end, against llama-server itself. The model says nothing but text until its context is full.</summary>
internal sealed class TokenRate(Stage stage) : IMeasure
{
    private const int ContextSize = 256;
    private const string Question = "Tell me all about lizards.";

    private static readonly int[] Streams = [1, 4];
    private static readonly string[] Names = ["direct", "SQLite", "PostgreSQL"];

    private readonly Dictionary<(int Side, int Streams), List<double>> _rates = [];
    private Func<Task<Ask>>[] _sides = [];
    private int _round;

    public string Name => "token-rate";

    public async Task Prepare(CancellationToken cancellationToken)
    {
        var direct = await stage.Engine(Stage.Large, ContextSize);
        _sides =
        [
            () => Task.FromResult<Ask>(() => direct.Ask(Question, cancellationToken)),
            await Product(Database.Sqlite),
            await Product(Database.Postgres),
        ];
        foreach (var side in _sides)
        {
            await Rate(side, 1);
        }

        async Task<Func<Task<Ask>>> Product(Database database)
        {
            var host = await stage.Host(database, Stage.Large, ("Inference:ContextSize", $"{ContextSize}"));
            return async () =>
            {
                var session = await host.OpenSession();
                return () => host.Ask(session, Question, cancellationToken);
            };
        }
    }

    public async Task Round(CancellationToken cancellationToken)
    {
        foreach (var streams in Streams)
        {
            for (var i = 0; i < _sides.Length; i++)
            {
                var side = (i + _round) % _sides.Length;
                if (!_rates.TryGetValue((side, streams), out var rates))
                {
                    _rates[(side, streams)] = rates = [];
                }

                rates.Add(await Rate(_sides[side], streams));
            }
        }

        _round++;
    }

    public IEnumerable<Row> Rows() =>
        from streams in Streams
        from side in new[] { 1, 2 }
        let ours = _rates[(side, streams)]
        let bare = _rates[(0, streams)]
        let ratio = ours.Zip(bare, (a, b) => a / b).Median()
        select new Row(
            $"tokens/s, 120 M parameters, {(streams == 1 ? "1 stream" : $"{streams} streams")}, {Names[side]}",
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
}
