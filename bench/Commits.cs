using System.Diagnostics;
using MeatLizard.Application;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Testing.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Bench;

/// <summary>One reply event in a commit of its own: relaxed, as text is committed, and synced, as messages and ends are.</summary>
internal sealed class Commits(Stage stage) : IMeasure
{
    private const int Count = 400;

    private readonly Dictionary<(Database, CommitDurability), List<double>> _took = [];
    private readonly Dictionary<Database, TestDatabase> _databases = [];

    public string Name => "commits";

    public async Task Prepare(CancellationToken cancellationToken)
    {
        foreach (var database in new[] { Database.Sqlite, Database.Postgres })
        {
            _databases[database] = stage.Keep(await TestDatabase.Create(database));
        }

        await Round(cancellationToken);
        _took.Clear();
    }

    public async Task Round(CancellationToken cancellationToken)
    {
        foreach (var (kind, database) in _databases)
        {
            foreach (var durability in new[] { CommitDurability.Relaxed, CommitDurability.Synced })
            {
                if (!_took.TryGetValue((kind, durability), out var took))
                {
                    _took[(kind, durability)] = took = [];
                }

                took.Add(await Run(database.Services, durability, cancellationToken));
            }
        }
    }

    public IEnumerable<Row> Rows() => _took.Select(each => new Row(
        $"one reply event in a {each.Key.Item2.ToString().ToLowerInvariant()} commit, {(each.Key.Item1 == Database.Sqlite ? "SQLite" : "PostgreSQL")}",
        each.Value.Median().Microseconds(),
        "",
        each.Value.Median().Microseconds(),
        "",
        null));

    private static async Task<double> Run(IServiceProvider services, CommitDurability durability, CancellationToken cancellationToken)
    {
        var request = new RequestId(Guid.CreateVersion7());
        var started = Stopwatch.GetTimestamp();
        for (var i = 1; i <= Count; i++)
        {
            await using var scope = services.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<IReplyLog>().Append(
                request, new ReplyDelta(1, 0, ChunkKind.Text, 0, "and then the lizard") { Id = i });
            await scope.ServiceProvider.GetRequiredService<IUnitOfWork>().Commit(durability, cancellationToken);
        }

        return Stopwatch.GetElapsedTime(started).TotalMicroseconds / Count;
    }
}
