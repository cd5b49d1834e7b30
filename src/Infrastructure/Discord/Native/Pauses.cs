namespace MeatLizard.Infrastructure.Discord.Native;

/// <summary>Pauses that double, each shortened by chance to as little as its half, so that not all come back at once.</summary>
internal static class Pauses
{
    /// <param name="failures">In a row, from 1.</param>
    public static TimeSpan After(int failures, TimeSpan first, TimeSpan longest, Random random)
    {
        var doubled = first * Math.Pow(2, Math.Clamp(failures - 1, 0, 30));
        return (doubled < longest ? doubled : longest) * (0.5 + (random.NextDouble() / 2));
    }
}
