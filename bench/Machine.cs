using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using MeatLizard.Testing.Models;
using Microsoft.Data.Sqlite;

namespace MeatLizard.Bench;

/// <summary>Where and when the figures were made.</summary>
internal static class Machine
{
    public static IEnumerable<string> Describe(int rounds)
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1024.0 / 1024 / 1024;
        yield return $"{DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm} UTC, commit {Said("git", "rev-parse", "--short", "HEAD")}, {rounds} rounds";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{Processor()}, {Environment.ProcessorCount} cores, {memory:0} GB, {RuntimeInformation.OSDescription}, load {Load()} before the run");
        yield return $"{RuntimeInformation.FrameworkDescription}; {Said("/usr/lib/postgresql/15/bin/postgres", "--version")}; "
            + $"SQLite {Sqlite()}; llama.cpp {Llama()}";
    }

    /// <summary>What the processors have done since the start, by kind, as the kernel counts it; none elsewhere than on Linux.</summary>
    public static long[] Ticks() =>
        [.. (Lines("/proc/stat").FirstOrDefault()?.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1) ?? []).Select(ticks => long.Parse(ticks, CultureInfo.InvariantCulture))];

    /// <summary>A virtual machine's processors are also its neighbours': what those took is missing on all sides, and not on all alike.</summary>
    public static string Stolen(long[] before)
    {
        const int idle = 3, waiting = 4, stolen = 7, kinds = 8;
        long[] spent = [.. Ticks().Zip(before, (after, at) => after - at).Take(kinds)];
        if (spent.Length < kinds)
        {
            return "what neighbours took of the processors is not known";
        }

        var wanted = spent.Sum() - spent[idle] - spent[waiting];
        return string.Create(CultureInfo.InvariantCulture, $"neighbours on the same hardware took {100.0 * spent[stolen] / Math.Max(1, wanted):0.0} % of the processor time that was wanted");
    }

    private static string Processor() =>
        Lines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
        ?? RuntimeInformation.ProcessArchitecture.ToString();

    private static string Sqlite()
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        return connection.ServerVersion;
    }

    private static string Load() => Lines("/proc/loadavg").FirstOrDefault()?.Split(' ')[0] ?? "unknown";

    private static string[] Lines(string path) => File.Exists(path) ? File.ReadAllLines(path) : [];

    private static string Llama()
    {
        var said = Said(TestLlama.Binary, "--version");
        return said.Split('\n').FirstOrDefault(line => line.StartsWith("version:", StringComparison.Ordinal))?["version:".Length..].Trim() ?? said;
    }

    private static string Said(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            return (process.StandardOutput.ReadToEnd() + errors.Result).Trim();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "unknown";
        }
    }
}
