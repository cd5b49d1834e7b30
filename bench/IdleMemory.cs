using MeatLizard.Infrastructure.Storage;
using MeatLizard.Testing.Storage;

namespace MeatLizard.Bench;

/// <summary>Resident memory of the host alone, 60 s after its start, when nobody has asked it anything.</summary>
internal sealed class IdleMemory(Stage stage) : IMeasure
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(60);

    private readonly List<double> _sqlite = [];
    private readonly List<double> _postgres = [];
    private StorageOptions? _file;
    private StorageOptions? _server;

    public string Name => "memory";

    public async Task Prepare(CancellationToken cancellationToken)
    {
        _file = await ProductHost.Fresh(stage, Database.Sqlite);
        _server = await ProductHost.Fresh(stage, Database.Postgres);
    }

    public async Task Round(CancellationToken cancellationToken)
    {
        var (one, other) = (Stage.FreePort(), Stage.FreePort());
        await using var sqlite = ProductHost.Launch(stage, _file!, one, Stage.Tiny);
        await using var postgres = ProductHost.Launch(stage, _server!, other, Stage.Tiny);
        await Task.Delay(Idle, cancellationToken);
        foreach (var (process, port, figures) in new[] { (sqlite, one, _sqlite), (postgres, other, _postgres) })
        {
            figures.Add(process.Megabytes);
            using var http = ProductHost.Client(port);
            await process.Answers(http, "ready", TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(50));
        }
    }

    public IEnumerable<Row> Rows() => [Of("SQLite", _sqlite), Of("PostgreSQL", _postgres)];

    private static Row Of(string database, List<double> figures)
    {
        var median = figures.Median();
        return new(
            $"idle memory (VmRSS) 60 s after start, {database}", median.Text("0", "MB"), "", median.Text("0", "MB"), "≤ 120 MB", median <= 120);
    }
}
