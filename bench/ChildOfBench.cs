using System.Diagnostics;
using System.Globalization;

namespace MeatLizard.Bench;

/// <summary>A process that the bench has started and ends.</summary>
internal sealed class ChildOfBench(Process process, string log) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public int Id => process.Id;

    /// <summary>Resident memory of the process, as the kernel counts it.</summary>
    public double Megabytes
    {
        get
        {
            var line = File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        }
    }

    /// <summary>Processor time of all cores that it has used since its start.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <exception cref="InvalidOperationException">It has failed; with the last lines that it wrote.</exception>
    public async Task Succeeds(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            MustRun();
        }
    }

    /// <exception cref="InvalidOperationException">It has ended; with the last lines that it wrote.</exception>
    public void MustRun()
    {
        if (process.HasExited)
        {
            throw new InvalidOperationException(
                $"A process ended with {process.ExitCode}:{Environment.NewLine}{string.Join(Environment.NewLine, File.ReadLines(log).TakeLast(20))}");
        }
    }

    /// <summary>Returns when the address answers 200.</summary>
    public async Task Answers(HttpClient http, string address, TimeSpan within, TimeSpan pause)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            MustRun();
            try
            {
                using var answer = await http.GetAsync(new Uri(address, UriKind.Relative));
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
            }

            if (Stopwatch.GetElapsedTime(started) > within)
            {
                throw new TimeoutException($"{http.BaseAddress}{address} did not answer 200 within {within}.");
            }

            await Task.Delay(pause);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            using (var terminate = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]))
            {
                await terminate.WaitForExitAsync();
            }

            using var patience = new CancellationTokenSource(Patience);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        process.Dispose();
    }
}
