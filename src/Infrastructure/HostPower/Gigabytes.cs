using System.Globalization;

namespace MeatLizard.Infrastructure.HostPower;

/// <summary>Amounts of memory for people.</summary>
internal static class Gigabytes
{
    private const double Gigabyte = 1_000_000_000;

    public static string Of(long used, long total) => string.Create(CultureInfo.InvariantCulture, $"{used / Gigabyte:0.0} of {total / Gigabyte:0.0} GB");

    public static string Of(long used) => string.Create(CultureInfo.InvariantCulture, $"{used / Gigabyte:0.0} GB");
}
