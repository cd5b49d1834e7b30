using System.Diagnostics;
using Npgsql;

namespace MeatLizard.Testing.Storage;

/// <summary>
/// A PostgreSQL server for this test run: a private cluster in a temporary folder, reached by its socket alone, with fsync on;
/// or the one that MEATLIZARD_TEST_POSTGRES names. It ends with this process, however that ends.
/// </summary>
public sealed class TestPostgres
{
    private const string Template = "meatlizard_template";

    // The guard owns the cluster. Its stdin is a pipe that only this process holds: when it closes, the cluster goes.
    private const string Guard =
        """
        trap '' INT HUP TERM PIPE
        dir=$(mktemp -d "${TMPDIR:-/tmp}/mlpg.XXXXXX") || exit 1
        if "$1/initdb" -D "$dir/data" -U meatlizard -A trust -E UTF8 --no-locale --no-sync >"$dir/log" 2>&1 &&
           "$1/pg_ctl" -D "$dir/data" -l "$dir/log" -w -t 60 -o "-k $dir -c listen_addresses= -c max_connections=200" start >"$dir/ctl" 2>&1
        then echo "ready $dir"; else tail -n 20 "$dir/log" "$dir/ctl"; echo failed; fi
        cat >/dev/null
        "$1/pg_ctl" -D "$dir/data" -m immediate -w stop >"$dir/ctl" 2>&1
        rm -rf "$dir"
        """;

    private static readonly Lazy<Task<TestPostgres>> TheServer = new(Start);

    private readonly string _connectionString;
    private readonly bool _isPrivate;
    private readonly Lazy<Task> _template;

    private TestPostgres(string connectionString, bool isPrivate)
    {
        _isPrivate = isPrivate;
        _connectionString = connectionString;
        _template = new(MakeTemplate);
    }

    /// <summary>The server of this process; the first caller starts it.</summary>
    public static Task<TestPostgres> Server() => TheServer.Value;

    /// <returns>The connection string of a fresh database.</returns>
    public async Task<string> CreateDatabase(bool migrated)
    {
        if (migrated)
        {
            await _template.Value;
        }

        var name = $"meatlizard_{Guid.NewGuid():N}";
        await Execute($"CREATE DATABASE {name} TEMPLATE {(migrated ? Template + Environment.ProcessId : "template0")}");
        return For(name);
    }

    /// <summary>A private cluster keeps it until it goes itself: dropping costs a checkpoint.</summary>
    public Task Drop(string connectionString) => _isPrivate
        ? Task.CompletedTask
        : Execute($"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");

    private static async Task<TestPostgres> Start()
    {
        if (Environment.GetEnvironmentVariable("MEATLIZARD_TEST_POSTGRES") is { Length: > 0 } named)
        {
            return new TestPostgres(named, isPrivate: false);
        }

        var binaries = Binaries();
        string[] command = ["/bin/sh", "-c", Guard, "guard", binaries];
        if (Environment.IsPrivilegedProcess)
        {
            // PostgreSQL refuses to run as root.
            command = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--", .. command];
        }

        if (File.Exists("/usr/bin/setsid"))
        {
            // Out of reach of a signal to this process and all that it started.
            command = ["/usr/bin/setsid", .. command];
        }

        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        };
        var guard = Process.Start(start) ?? throw new InvalidOperationException("The PostgreSQL cluster's guard did not start.");
        var said = new List<string>();
        while (await guard.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("ready ", StringComparison.Ordinal))
            {
                AppDomain.CurrentDomain.ProcessExit += (_, _) => Stop(guard);
                return new TestPostgres($"Host={line["ready ".Length..]};Username=meatlizard;Database=postgres", isPrivate: true);
            }

            said.Add(line);
            if (line == "failed")
            {
                break;
            }
        }

        Stop(guard);
        throw new InvalidOperationException($"The PostgreSQL cluster did not start:\n{string.Join('\n', said)}");
    }

    private static void Stop(Process guard)
    {
        guard.StandardInput.Close();
        guard.WaitForExit(TimeSpan.FromSeconds(20));
    }

    private static string Binaries()
    {
        string[] known = ["/usr/lib/postgresql/15/bin", "/opt/homebrew/opt/postgresql@15/bin", "/usr/local/opt/postgresql@15/bin"];
        if (known.FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb"))) is { } found)
        {
            return found;
        }

        try
        {
            using var asked = Process.Start(new ProcessStartInfo("pg_config", "--bindir") { RedirectStandardOutput = true });
            return asked!.StandardOutput.ReadToEnd().Trim();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new InvalidOperationException(
                "PostgreSQL 15 is not installed (apt-get install postgresql-15), nor does MEATLIZARD_TEST_POSTGRES name a server.");
        }
    }

    private async Task MakeTemplate()
    {
        var name = Template + Environment.ProcessId;
        await Execute($"DROP DATABASE IF EXISTS {name}");
        await Execute($"CREATE DATABASE {name} TEMPLATE template0");
        await TestSchema.Migrate(For(name));
    }

    private string For(string database) =>
        new NpgsqlConnectionStringBuilder(_connectionString) { Database = database }.ConnectionString;

    private async Task Execute(string sql)
    {
        var unpooled = new NpgsqlConnectionStringBuilder(_connectionString) { Pooling = false };
        await using var connection = new NpgsqlConnection(unpooled.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
