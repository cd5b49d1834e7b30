using System.Globalization;

namespace MeatLizard.Bench;

/// <summary>What many figures come to, and how they are written.</summary>
internal static class Figures
{
    public static double Median(this IEnumerable<double> figures) => figures.Percentile(0.5);

    /// <summary>Between two figures it is interpolated.</summary>
    public static double Percentile(this IEnumerable<double> figures, double share)
    {
        double[] sorted = [.. figures.Order()];
        if (sorted.Length == 0)
        {
            return double.NaN;
        }

        var at = share * (sorted.Length - 1);
        var below = (int)at;
        return below + 1 < sorted.Length ? sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }

    public static string Milliseconds(this double value) => value.ToString("0.00", CultureInfo.InvariantCulture) + " ms";

    public static string Microseconds(this double value) => value.ToString("0.0", CultureInfo.InvariantCulture) + " µs";

    public static string PerSecond(this double value) => value.ToString(value < 1000 ? "0.0" : "0", CultureInfo.InvariantCulture) + "/s";

    public static string Ratio(this double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    /// <param name="value">1 is the whole.</param>
    public static string Percent(this double value) => (value * 100).ToString("0.00", CultureInfo.InvariantCulture) + " %";

    public static string Text(this double value, string format, string unit) => value.ToString(format, CultureInfo.InvariantCulture) + " " + unit;
}
