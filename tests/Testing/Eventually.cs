using System.Diagnostics;

namespace MeatLizard.Testing;

/// <summary>Waits for the thing itself, and fails when it does not come.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pulse = TimeSpan.FromMilliseconds(5);

    public static Task Is(Func<bool> condition, TimeSpan? within = null) => Is(() => Task.FromResult(condition()), within);

    public static async Task Is(Func<Task<bool>> condition, TimeSpan? within = null)
    {
        var patience = within ?? TimeSpan.FromSeconds(30);
        var started = Stopwatch.GetTimestamp();
        using var pulse = new PeriodicTimer(Pulse);
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > patience)
            {
                throw new TimeoutException($"It did not come about within {patience}.");
            }

            await pulse.WaitForNextTickAsync();
        }
    }
}
