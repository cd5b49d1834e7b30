using MeatLizard.Infrastructure.Storage;
using MeatLizard.Testing.Storage;

namespace MeatLizard.Bench;

/// <summary>
/// Messages taken a second by 16 callers, each in sessions of its own and answered when the commit is on disk, with the dispatcher paused;
/// against a bare endpoint that makes the same statements in one commit, and against pgbench.
/// </summary>
internal sealed class DurableMessages(Stage stage) : IMeasure
{
    private const int Callers = 16;
    private const int Calls = 3200;
    private const string Content = BareServer.Question;

    private readonly List<double> _ours = [];
    private readonly List<double> _bare = [];
    private readonly List<double> _bareWithReads = [];
    private readonly List<double> _pgbench = [];
    private ProductHost? _host;
    private BareProcess? _bareServer;
    private PgBench? _pg;
    private int _round;

    public string Name => "messages";

    public async Task Prepare(CancellationToken cancellationToken)
    {
        _host = await stage.Host(Database.Postgres, null, ProductHost.Paused);
        _bareServer = await BareProcess.Start(stage, Database.Postgres);
        _pg = await PgBench.Prepare(stage, _bareServer.Storage);
        for (var i = 0; i < 2; i++)
        {
            await Round(cancellationToken);
        }

        _ours.Clear();
        _bare.Clear();
        _bareWithReads.Clear();
        _pgbench.Clear();
    }

    public async Task Round(CancellationToken cancellationToken)
    {
        Func<Task>[] sides =
        [
            async () => _ours.Add(await Run(_host!.Storage, _host.Port, "/api/v1/sessions/{0}/messages")),
            async () => _bare.Add(await Run(_bareServer!.Storage, _bareServer.Port, "/sessions/{0}/messages")),
            async () => _bareWithReads.Add(await Run(_bareServer!.Storage, _bareServer.Port, "/sessions/{0}/messages-and-reads")),
            async () => _pgbench.Add(await _pg!.Run(Callers, Calls, cancellationToken)),
        ];
        for (var i = 0; i < sides.Length; i++)
        {
            await sides[(i + _round) % sides.Length]();
        }

        _round++;

        async Task<double> Run(StorageOptions storage, int port, string path)
        {
            await using var sessions = new SessionRows(storage);
            var ids = await sessions.Add(Calls);
            byte[][] calls = [.. ids.Select(id => LoadClient.Post(_host!, string.Format(null, path, id), $$"""{"content":"{{Content}}"}"""))];
            var rate = await LoadClient.Run(port, Callers, calls, 202, cancellationToken);
            await sessions.Clear();
            return rate;
        }
    }

    public IEnumerable<Row> Rows()
    {
        var ratio = _ours.Zip(_bare, (a, b) => a / b).Median();
        yield return new(
            "durable messages/s, 16 sessions, PostgreSQL, dispatcher paused; bare: the same writes in one commit",
            _ours.Median().PerSecond(), _bare.Median().PerSecond(), ratio.Ratio(), "≥ 0.6", ratio >= 0.6);
        yield return new(
            "the same; bare: with the product's reads as well",
            _ours.Median().PerSecond(), _bareWithReads.Median().PerSecond(), _ours.Zip(_bareWithReads, (a, b) => a / b).Median().Ratio(), "", null);
        yield return new(
            "the same; bare: pgbench, the same writes in one pipelined commit",
            _ours.Median().PerSecond(), _pgbench.Median().PerSecond(), _ours.Zip(_pgbench, (a, b) => a / b).Median().Ratio(), "", null);
    }
}
