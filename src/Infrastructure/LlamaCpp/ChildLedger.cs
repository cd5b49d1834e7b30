using System.Diagnostics;
using System.Globalization;
using MeatLizard.Infrastructure.Security;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>
/// A line on disk for each child, so that the next start finds one that outlived both us and its guard. A process id alone proves nothing,
/// it may be someone else's by now: it counts together with the time its process started.
/// </summary>
internal sealed partial class ChildLedger(IOptions<LlamaOptions> options, ILogger<ChildLedger> log)
{
    private readonly string _folder = Path.Combine(Path.GetFullPath(options.Value.DataFolder), "run");

    public IDisposable Enter(int child)
    {
        try
        {
            PrivateFolder.Create(Path.GetDirectoryName(_folder)!);
            PrivateFolder.Create(_folder);
            using var self = Process.GetCurrentProcess();
            var path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"llama-{self.Id}-{child}.pid"));
            File.WriteAllText(path, string.Create(
                CultureInfo.InvariantCulture, $"{child} {Started(child)?.Ticks ?? 0} {self.Id} {Started(self.Id)?.Ticks ?? 0}\n"));
            return new Entry(path);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            LogNotWritten(wrong);
            return new Entry(null);
        }
    }

    /// <summary>Ends the children whose host is gone.</summary>
    public void Sweep()
    {
        if (!Directory.Exists(_folder))
            return;
        foreach (var path in Directory.EnumerateFiles(_folder, "llama-*.pid"))
        {
            try
            {
                var words = File.ReadAllText(path).Split(' ', StringSplitOptions.TrimEntries);
                if (words.Length != 4 || !words.All(x => long.TryParse(x, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
                {
                    File.Delete(path);
                    continue;
                }
                if (Runs(words[2], words[3]))
                    continue;
                if (Runs(words[0], words[1]))
                    End(int.Parse(words[0], CultureInfo.InvariantCulture));
                File.Delete(path);
            }
            catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
            {
                LogNotWritten(wrong);
            }
        }
    }

    private void End(int child)
    {
        try
        {
            using var process = Process.GetProcessById(child);
            process.Kill();
            LogStray(child);
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It ended by itself in the meantime.
        }
    }

    private static bool Runs(string id, string ticks)
    {
        var then = long.Parse(ticks, CultureInfo.InvariantCulture);
        // Both times are computed from the system's uptime, by different processes: they agree to a few hundredths of a second.
        return then != 0 && int.TryParse(id, CultureInfo.InvariantCulture, out var number) && Started(number) is { } now
            && (now - new DateTime(then, DateTimeKind.Utc)).Duration() < TimeSpan.FromSeconds(2);
    }

    private static DateTime? Started(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return process.StartTime.ToUniversalTime();
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Ended llama-server {Child}, which an earlier run had left behind")]
    private partial void LogStray(int child);

    [LoggerMessage(LogLevel.Warning, "The list of child processes can't be kept under DataFolder")]
    private partial void LogNotWritten(Exception exception);

    private sealed class Entry(string? path) : IDisposable
    {
        public void Dispose()
        {
            try
            {
                if (path is not null)
                    File.Delete(path);
            }
            catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
            {
                // The next sweep finds it, and finds nobody behind it.
            }
        }
    }
}
