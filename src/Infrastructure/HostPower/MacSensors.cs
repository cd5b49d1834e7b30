using System.Globalization;
using System.Text.RegularExpressions;
using MeatLizard.Application.Inference;

namespace MeatLizard.Infrastructure.HostPower;

/// <summary>macOS: what <c>pmset -g therm</c> says of the processor's limits, and <c>ioreg</c> of the GPU. Neither tells a temperature.</summary>
/// <param name="pmset">/usr/bin/pmset, but for tests.</param>
/// <param name="ioreg">/usr/sbin/ioreg, but for tests.</param>
internal sealed partial class MacSensors(string pmset = "/usr/bin/pmset", string ioreg = "/usr/sbin/ioreg") : IHostSensors
{
    private const int Full = 100;

    public async Task<SensorReading> Read(CancellationToken cancellationToken) => new(
        Gpu(await SystemProgram.Ask(ioreg, ["-r", "-d", "1", "-w", "0", "-c", "IOAccelerator"], cancellationToken) ?? ""),
        Thermal(await SystemProgram.Ask(pmset, ["-g", "therm"], cancellationToken) ?? ""));

    /// <returns>Null when nothing was recorded, as on a machine that was never too warm since it was started.</returns>
    internal static string? Thermal(string output) =>
        SpeedLimit().Match(output) is not { Success: true } limit ? null
        : int.Parse(limit.Groups[1].ValueSpan, CultureInfo.InvariantCulture) is var percent && percent < Full ? $"slowed to {percent} %"
        : "not slowed";

    /// <returns>The busiest of its GPUs; null when none tells.</returns>
    internal static string? Gpu(string output)
    {
        int[] busy = [.. Utilization().Matches(output).Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))];
        return busy.Length == 0 ? null : $"{busy.Max()} % busy";
    }

    [GeneratedRegex(@"^\s*CPU_Speed_Limit\s*=\s*(\d{1,3})\s*$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex SpeedLimit();

    [GeneratedRegex("\"Device Utilization %\"\\s*=\\s*(\\d{1,3})", RegexOptions.CultureInvariant)]
    private static partial Regex Utilization();
}
