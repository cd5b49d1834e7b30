using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using MeatLizard.Infrastructure.Storage;
using Npgsql;

namespace MeatLizard.Bench;

/// <summary>PostgreSQL's own load generator with the writes of one message, pipelined, in one commit.</summary>
internal sealed partial class PgBench
{
    private const string Binaries = "/usr/lib/postgresql/15/bin";

    private readonly StorageOptions _storage;
    private readonly string _script;

    private PgBench(StorageOptions storage, string script)
    {
        _storage = storage;
        _script = script;
    }

    /// <param name="storage">A database in which a message of the product stands already.</param>
    public static async Task<PgBench> Prepare(Stage stage, StorageOptions storage)
    {
        var recorded = await ProductStatements.Record(
            await ProductHost.Fresh(stage, Testing.Storage.Database.Postgres), BareServer.Question);
        var script = Path.Combine(stage.Folder, "message.pgbench");
        await File.WriteAllLinesAsync(
            script,
            [
                // Each call has ids of its own that rise, as the product's do.
                @"\set n :n + 1",
                @"\startpipeline",
                "BEGIN;",
                .. recorded.Message.Select(write => Text(write, [.. recorded.Ids])),
                "COMMIT;",
                @"\endpipeline",
            ]);
        return new(storage, script);
    }

    /// <returns>Commits a second.</returns>
    public async Task<double> Run(int clients, int calls, CancellationToken cancellationToken)
    {
        await using var sessions = new SessionRows(_storage);
        await using (var source = NpgsqlDataSource.Create(_storage.ConnectionString!))
        await using (var command = source.CreateCommand(
            $"""
            INSERT INTO chat_session (id, version, owner_id, place_id, status, title, next_sequence, created_at, updated_at)
            SELECT {Id("client::bigint", "n::bigint", 0)}, 1, (SELECT id FROM app_user), '00000000-0000-7000-8000-000000000001', 'Active', 'Bench', 1,
                now(), now()
            FROM generate_series(0, {clients - 1}) client, generate_series(1, {calls / clients}) n
            """))
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        var to = new NpgsqlConnectionStringBuilder(_storage.ConnectionString);
        string[] line =
        [
            "-n", "-M", "prepared", "-D", "n=0", "-c", $"{clients}", "-j", "1", "-t", $"{calls / clients}", "-f", _script,
            "-h", to.Host!, "-U", to.Username!, to.Database!,
        ];
        var start = new ProcessStartInfo(Path.Combine(Binaries, "pgbench"), line) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var complained = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        await sessions.Clear();
        return Rate().Match(await said) is { Success: true } rate && process.ExitCode == 0
            ? double.Parse(rate.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"pgbench: {complained}");
    }

    private static string Text(Statement write, List<Guid> ids)
    {
        var values = write.Values.ToDictionary(value => value.Name, value => Literal(value.Value, ids));
        return Parameter().Replace(write.Sql, name => values[name.Value]).ReplaceLineEndings(" ") + ";";
    }

    private static string Literal(object? value, List<Guid> ids) => PostgresDialect.Fit(value) switch
    {
        DBNull => "NULL",
        Guid id when ids.IndexOf(id) is >= 0 and var which => Id(":client_id::bigint", ":n::bigint", which),
        Guid id => $"'{id}'",
        DateTime time => Quoted(time.ToString("O", CultureInfo.InvariantCulture)),
        string text => Quoted(text),
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        var other => throw new NotSupportedException($"{other.GetType().Name} in a statement."),
    };

    // pgbench would take what follows a colon for the name of a variable, even within a text.
    private static string Quoted(string text) =>
        $"U&'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal).Replace(":", "\\003a", StringComparison.Ordinal)}'";

    private static string Id(string client, string n, int which) =>
        $"('0190000{which}' || lpad(to_hex({n}), 16, '0') || lpad(to_hex({client}), 8, '0'))::uuid";

    [GeneratedRegex("tps = ([0-9.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex("@[a-zA-Z]+")]
    private static partial Regex Parameter();
}
