using MeatLizard.Testing.Storage;

namespace MeatLizard.Bench;

/// <summary>GET /sessions/{id} by 16 callers, against a bare endpoint with the same query.</summary>
internal sealed class ReadSession(Stage stage) : IMeasure
{
    private const int Callers = 16;
    private const int Calls = 8000;

    private readonly List<Pair> _pairs = [];
    private int _round;

    public string Name => "read-session";

    public async Task Prepare(CancellationToken cancellationToken)
    {
        foreach (var database in new[] { Database.Postgres, Database.Sqlite })
        {
            var host = await stage.Host(database, Stage.Tiny);
            var bare = await BareProcess.Start(stage, database);
            var session = await host.OpenSession("Bench");
            var recorded = await RecordedSession(bare);
            _pairs.Add(new(
                database,
                Caller(host.Port, LoadClient.Get(host, $"/api/v1/sessions/{session}"), cancellationToken),
                Caller(bare.Port, LoadClient.Get(host, $"/sessions/{recorded}"), cancellationToken)));
        }

        for (var i = 0; i < 2; i++)
        {
            await Round(cancellationToken);
        }

        _pairs.ForEach(pair => pair.Clear());
    }

    public async Task Round(CancellationToken cancellationToken)
    {
        foreach (var pair in _pairs)
        {
            await pair.Run(oursFirst: _round % 2 == 0);
        }

        _round++;
    }

    public IEnumerable<Row> Rows() => _pairs.Select(pair => pair.Row());

    private static Func<Task<double>> Caller(int port, byte[] call, CancellationToken cancellationToken) =>
        () => LoadClient.Run(port, Callers, [.. Enumerable.Repeat(call, Calls)], 200, cancellationToken);

    /// <summary>The session that the recording of the statements left behind.</summary>
    private static async Task<Guid> RecordedSession(BareProcess bare)
    {
        using var http = ProductHost.Client(bare.Port);
        return Guid.Parse(await http.GetStringAsync(new Uri("recorded", UriKind.Relative)));
    }

    private sealed record Pair(Database Database, Func<Task<double>> Ours, Func<Task<double>> Bare)
    {
        private readonly List<double> _ours = [];
        private readonly List<double> _bare = [];

        public async Task Run(bool oursFirst)
        {
            if (!oursFirst)
            {
                _bare.Add(await Bare());
            }

            _ours.Add(await Ours());
            if (oursFirst)
            {
                _bare.Add(await Bare());
            }
        }

        public void Clear()
        {
            _ours.Clear();
            _bare.Clear();
        }

        public Row Row()
        {
            var ratio = _ours.Zip(_bare, (a, b) => a / b).Median();
            return new(
                $"GET /sessions/{{id}}, 16 callers, {(Database == Database.Postgres ? "PostgreSQL" : "SQLite")}; bare: an endpoint with the same query",
                _ours.Median().PerSecond(), _bare.Median().PerSecond(), ratio.Ratio(), "≥ 0.5", ratio >= 0.5);
        }
    }
}
