using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Relay.Frames;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Storage.Journal;

/// <summary>
/// The journal's SQLite file, for one process at a time. Its commits survive a killed process, not a power cut: what is missing after one is
/// ended by the server, which is not told that it was kept. Not for two threads at once.
/// </summary>
internal sealed partial class JournalFile : IDisposable
{
    private const string Name = "journal.db";
    private const long Version = 1;

    /// <summary>Deleted text is overwritten: an answer lies here only until the server has it.</summary>
    private const string Overwrite = "PRAGMA secure_delete = ON";

    private const string Schema = """
        CREATE TABLE owner (name TEXT NOT NULL);
        CREATE TABLE attempt (
            request_id TEXT NOT NULL,
            attempt INTEGER NOT NULL,
            model TEXT NOT NULL,
            taken INTEGER NOT NULL,
            PRIMARY KEY (request_id, attempt)
        );
        -- Chunks and ends as they travel. Of two with the same place the first one counts: it may have been sent.
        CREATE TABLE said (
            request_id TEXT NOT NULL,
            attempt INTEGER NOT NULL,
            place INTEGER NOT NULL,
            message BLOB NOT NULL,
            PRIMARY KEY (request_id, attempt, place)
        );
        """;

    private readonly FolderClaim? _claim;
    private readonly SqliteFile _file;

    public JournalFile(JournalOptions options, ILogger<JournalFile> logger)
    {
        _claim = options.Claim is null ? FolderClaim.Take(options.Folder) : null;
        try
        {
            _file = Open(options);
        }
        catch (SqliteException unreadable)
        {
            // Whatever it knew, the server ends by itself; a worker that can't start would answer nobody.
            LogBegunAnew(logger, unreadable.SqliteErrorCode);
            foreach (var suffix in (string[])["", "-wal", "-shm"])
            {
                File.Delete(Path.Combine(options.Folder, Name + suffix));
            }

            _file = Open(options);
        }
    }

    private SqliteWriter Writer => _file.Relaxed;

    /// <summary>All of it or nothing.</summary>
    public void Write(IReadOnlyList<Statement> statements)
    {
        Writer.Begin();
        try
        {
            foreach (var statement in statements)
            {
                Writer.Run(statement);
            }

            Writer.Commit();
        }
        catch
        {
            Writer.RollBack();
            throw;
        }
    }

    /// <summary>The attempts that were not forgotten, in the order in which they were taken on.</summary>
    public IReadOnlyList<(RequestId Request, int Attempt, string Model)> Attempts() =>
    [
        .. Writer.Query(
            new("attempt", "SELECT request_id, attempt, model FROM attempt ORDER BY taken"),
            row => (new RequestId(Guid.Parse(row.GetString(0))), row.GetInt32(1), row.GetString(2))),
    ];

    public IReadOnlyList<ToServer> Said(RequestId request, int attempt)
    {
        var rows = Writer.Query(
            new(
                "said",
                "SELECT message FROM said WHERE request_id = @request AND attempt = @attempt ORDER BY place",
                ("@request", request.Value),
                ("@attempt", attempt)),
            row => row.GetFieldValue<byte[]>(0));
        return [.. rows.Select(row => RelayJson.Read(row, FrameDirection.ToServer, out var message) == FrameOutcome.Opened ? message : null).OfType<ToServer>()];
    }

    /// <summary>Nothing of what was deleted stays in the file beside the database either.</summary>
    public void Sweep()
    {
        using var command = Writer.Connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        _file.Dispose();
        _claim?.Dispose();
    }

    private static SqliteFile Open(JournalOptions options)
    {
        var path = new SqliteConnectionStringBuilder { DataSource = Path.Combine(options.Folder, Name) };
        var file = new SqliteFile(new StorageOptions { ConnectionString = path.ToString() });
        try
        {
            Prepare(file.Relaxed, options.Owner);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static void Prepare(SqliteWriter writer, string owner)
    {
        Run(writer, Overwrite);
        var version = writer.Query(new("", "PRAGMA user_version"), row => row.GetInt64(0))[0];
        if (version is not (0 or Version))
        {
            throw new SqliteException("The journal is another version's.", SQLitePCL.raw.SQLITE_SCHEMA);
        }

        writer.Begin();
        if (version == 0)
        {
            Run(writer, $"{Schema} PRAGMA user_version = {Version};");
        }

        if (writer.Query(new("owner", "SELECT name FROM owner"), row => row.GetString(0)) is not [var known] || known != owner)
        {
            Run(writer, "DELETE FROM said; DELETE FROM attempt; DELETE FROM owner;");
            writer.Run(new("owner", "INSERT INTO owner (name) VALUES (@name)", ("@name", owner)));
        }

        // Of an attempt that could not be written when it began.
        Run(writer, "DELETE FROM said WHERE NOT EXISTS (SELECT 1 FROM attempt WHERE request_id = said.request_id AND attempt = said.attempt)");

        writer.Commit();
    }

    private static void Run(SqliteWriter writer, string sql)
    {
        using var command = writer.Connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    [LoggerMessage(LogLevel.Warning, "The worker's journal could not be read (SQLite {Code}) and is begun anew.")]
    private static partial void LogBegunAnew(ILogger logger, int code);
}
