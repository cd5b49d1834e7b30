using System.Diagnostics;

namespace MeatLizard.Infrastructure.Tests.LlamaCpp;

/// <summary>Waits for something that announces itself to nobody, such as the state of another process.</summary>
internal static class Soon
{
    /// <returns>How long it took.</returns>
    public static async Task<TimeSpan> TrueAsync(Func<Task<bool>> condition, TimeSpan within, string what)
    {
        var watch = Stopwatch.StartNew();
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!await condition())
        {
            if (watch.Elapsed > within)
                throw new AssertionException($"After {within.TotalSeconds} s still not so: {what}.");
            await look.WaitForNextTickAsync();
        }
        return watch.Elapsed;
    }

    public static Task<TimeSpan> TrueAsync(Func<bool> condition, TimeSpan within, string what) =>
        TrueAsync(() => Task.FromResult(condition()), within, what);
}
