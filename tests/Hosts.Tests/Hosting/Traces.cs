using System.Globalization;
using System.Text;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.Testing.Redis;
using MeatLizard.Testing.Storage;

namespace MeatLizard.Hosts.Tests.Hosting;

/// <summary>Where something that was said is still to be found: in every column of every table, in files, in Redis.</summary>
internal static class Traces
{
    /// <summary>Every table's columns; a table that nobody has thought of is among them.</summary>
    public static async Task<IReadOnlyList<(string Table, string Column)>> Columns(IDialect dialect, Database kind)
    {
        List<(string, string)> columns = [];
        var tables = await dialect.Read<string>(
            new(
                "",
                kind == Database.Sqlite
                    ? "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
                    : "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"),
            CancellationToken.None);
        foreach (var table in tables)
        {
            var names = await dialect.Read<string>(
                new(
                    "",
                    kind == Database.Sqlite
                        ? $"SELECT name FROM pragma_table_info('{table}')"
                        : $"SELECT column_name::text FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '{table}'"),
                CancellationToken.None);
            columns.AddRange(names.Select(name => (table, name)));
        }

        return columns;
    }

    /// <summary>What stands in the database, as text, by column.</summary>
    public static async Task<IReadOnlyDictionary<(string Table, string Column), string>> Tables(IDialect dialect, Database kind)
    {
        Dictionary<(string, string), string> found = [];
        foreach (var (table, column) in await Columns(dialect, kind))
        {
            var values = await dialect.Read<string>(
                new("", $"SELECT CAST({column} AS TEXT) FROM {table} WHERE {column} IS NOT NULL"), CancellationToken.None);
            found[(table, column)] = string.Join('\n', values);
        }

        return found;
    }

    /// <summary>The files below the folder in whose bytes the word stands, as UTF-8 or as UTF-16.</summary>
    public static IReadOnlyList<string> Files(string folder, string word)
    {
        List<string> found = [];
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            if (path.EndsWith(".lock", StringComparison.Ordinal))
            {
                // Its owner lets nobody open it, and nothing is in it.
                Assert.That(new FileInfo(path).Length, Is.Zero, path);
                continue;
            }

            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            file.CopyTo(copy);
            var bytes = copy.GetBuffer().AsSpan(0, (int)copy.Length);
            if (bytes.IndexOf(Encoding.UTF8.GetBytes(word)) >= 0 || bytes.IndexOf(Encoding.Unicode.GetBytes(word)) >= 0)
            {
                found.Add(path);
            }
        }

        return found;
    }

    /// <summary>How many keys of Redis have the word in their name or their value.</summary>
    public static async Task<int> Keys(TestRedis redis, string word)
    {
        var script =
            "local n = 0 for _, key in ipairs(redis.call('KEYS', '*')) do local kind, text = redis.call('TYPE', key).ok, key "
            + "if kind == 'string' then text = text .. redis.call('GET', key) "
            + "elseif kind == 'hash' then text = text .. table.concat(redis.call('HGETALL', key), ' ') "
            + "elseif kind == 'list' then text = text .. table.concat(redis.call('LRANGE', key, 0, -1), ' ') "
            + "elseif kind == 'set' then text = text .. table.concat(redis.call('SMEMBERS', key), ' ') "
            + "elseif kind == 'zset' then text = text .. table.concat(redis.call('ZRANGE', key, 0, -1), ' ') "
            + "else return -1 end "
            + $"if string.find(text, '{word}', 1, true) then n = n + 1 end end return n";
        return int.Parse((await redis.Ask($"EVAL \"{script}\" 0")).TrimStart(':'), CultureInfo.InvariantCulture);
    }
}
