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
