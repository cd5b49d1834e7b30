using System.Collections.Concurrent;
using System.Globalization;
using MeatLizard.Application;
using MeatLizard.Infrastructure.Security;
using Microsoft.Data.Sqlite;

namespace MeatLizard.Infrastructure.Storage;

/// <summary>The database's file and its connections: two that write, as many that read as there were readers at once.</summary>
internal sealed class SqliteFile : IDisposable
{
    private readonly string _connectionString;
    private readonly ConcurrentStack<SqliteStatements> _readers = [];
    private readonly RowReaders _rowReaders = new();
    private SqliteWriter? _synced;
    private SqliteWriter? _relaxed;
    private volatile bool _closed;

    public SqliteFile(StorageOptions options)
    {
        var asked = new SqliteConnectionStringBuilder(options.ConnectionString ?? "");
        if (asked.DataSource.Length == 0)
        {
            asked.DataSource = Path.Combine(options.DataFolder, "meatlizard.db");
        }

        asked.DataSource = Path.GetFullPath(asked.DataSource);
        // Connections are kept here: the driver's own pool would run the pragmas anew at every opening.
        asked.Pooling = false;
        asked.ForeignKeys = true;
        asked.DefaultTimeout = 5;
        _connectionString = asked.ConnectionString;
        DataSource = asked.DataSource;
    }

    public string DataSource { get; }

    /// <summary>Every commit reaches the disk, on macOS past the drive's own cache. For one caller at a time; where it cannot be opened now, the next one tries again.</summary>
    public SqliteWriter Synced => _synced ??= new(new(Open("PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;"), _rowReaders));

    /// <summary>The operating system has every commit; the disk gets it at the next synced one or the next checkpoint. As above.</summary>
    public SqliteWriter Relaxed => _relaxed ??= new(new(Open("PRAGMA synchronous = NORMAL;"), _rowReaders));

    /// <summary>Not while one of the two writes.</summary>
    /// <exception cref="LockTimeoutException">Somebody still reads in the log; a later try may succeed.</exception>
    public void Sweep()
    {
        using var command = Synced.Connection.CreateCommand();
        command.CommandText = "VACUUM";
        command.ExecuteNonQuery();
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        if (Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture) != 0)
        {
            throw new LockTimeoutException(new TimeoutException("The write-ahead log is still being read."));
        }
    }

    public SqliteStatements TakeReader() => _readers.TryPop(out var reader) ? reader : OpenReader();

    public SqliteStatements OpenReader() => new(Open("PRAGMA query_only = ON;"), _rowReaders);

    public void GiveBack(SqliteStatements reader)
    {
        _readers.Push(reader);
        if (_closed)
        {
            CloseReaders();
        }
    }

    public void Dispose()
    {
        _closed = true;
        CloseReaders();
        _relaxed?.Dispose();
        _synced?.Dispose();
    }

    private void CloseReaders()
    {
        while (_readers.TryPop(out var reader))
        {
            reader.Dispose();
        }
    }

    private SqliteConnection Open(string pragmas)
    {
        MakeFile();
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA checkpoint_fullfsync = ON; " + pragmas;
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // SQLite gives its -wal and -shm files the mode that the database has.
    private void MakeFile()
    {
        if (File.Exists(DataSource))
        {
            return;
        }

        PrivateFolder.Create(Path.GetDirectoryName(DataSource)!);
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        new FileStream(DataSource, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }).Dispose();
    }
}
