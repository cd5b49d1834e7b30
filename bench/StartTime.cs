using System.Diagnostics;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.Testing.Storage;

namespace MeatLizard.Bench;

/// <summary>From the start of the process to the first 200 of /ready.</summary>
internal sealed class StartTime(Stage stage) : IMeasure
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly Dictionary<string, List<double>> _took = [];
    private readonly Dictionary<Database, StorageOptions> _used = [];

    public string Name => "start";

    public async Task Prepare(CancellationToken cancellationToken)
    {
        foreach (var database in new[] { Database.Sqlite, Database.Postgres })
        {
            _used[database] = await ProductHost.Fresh(stage, database);
            await Start(_used[database]);
        }
    }

    public async Task Round(CancellationToken cancellationToken)
    {
        Add("first start, SQLite", await Start(await ProductHost.Fresh(stage, Database.Sqlite)));
        Add("start, SQLite", await Start(_used[Database.Sqlite]));
        Add("start, PostgreSQL", await Start(_used[Database.Postgres]));
    }

    public IEnumerable<Row> Rows() => _took.Select(each => new Row(
        $"ready after process {each.Key}",
        each.Value.Median().Text("0", "ms"),
        "",
        each.Value.Median().Text("0", "ms"),
        "≤ 1500 ms",
        each.Value.Median() <= 1500));

    private void Add(string what, double took)
    {
        if (!_took.TryGetValue(what, out var figures))
        {
            _took[what] = figures = [];
        }

        figures.Add(took);
    }

    private async Task<double> Start(StorageOptions storage)
    {
        var port = Stage.FreePort();
        using var http = ProductHost.Client(port);
        var started = Stopwatch.GetTimestamp();
        await using var process = ProductHost.Launch(stage, storage, port, Stage.Tiny);
        await process.Answers(http, "ready", TimeSpan.FromSeconds(30), Pause);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
