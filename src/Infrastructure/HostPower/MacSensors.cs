using System.Globalization;
using System.Text.RegularExpressions;
using MeatLizard.Application.Inference;

namespace MeatLizard.Infrastructure.HostPower;

/// <summary>
/// macOS: what <c>pmset -g therm</c> says of the processor's limits, <c>ioreg</c> of the GPU and <c>memory_pressure</c> of the memory. None tells
/// a temperature.
/// </summary>
/// <param name="pmset">/usr/bin/pmset, but for tests.</param>
/// <param name="ioreg">/usr/sbin/ioreg, but for tests.</param>
/// <param name="pressure">/usr/bin/memory_pressure, but for tests.</param>
internal sealed partial class MacSensors(string pmset = "/usr/bin/pmset", string ioreg = "/usr/sbin/ioreg", string pressure = "/usr/bin/memory_pressure")
    : IHostSensors
{
    private const int Full = 100;

    public async Task<SensorReading> Read(CancellationToken cancellationToken)
    {
        var gpus = await SystemProgram.Ask(ioreg, ["-r", "-d", "1", "-w", "0", "-c", "IOAccelerator"], cancellationToken) ?? "";
        return new(Gpu(gpus), Thermal(await SystemProgram.Ask(pmset, ["-g", "therm"], cancellationToken) ?? ""))
        {
            Memory = Memory(await SystemProgram.Ask(pressure, ["-Q"], cancellationToken) ?? ""),
            GpuMemory = GpuMemory(gpus),
        };
    }

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

    /// <returns>What its GPUs have of the machine's memory, or of their own; null when none tells.</returns>
    internal static string? GpuMemory(string output)
    {
        long[] used = [.. MemoryInUse().Matches(output).Select(match => long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))];
        return used.Length == 0 ? null : Gigabytes.Of(used.Sum());
    }

    internal static string? Memory(string output)
    {
        if (MemorySize().Match(output) is not { Success: true } size || FreeMemory().Match(output) is not { Success: true } free)
        {
            return null;
        }

        var total = long.Parse(size.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        return Gigabytes.Of(total / Full * (Full - int.Parse(free.Groups[1].ValueSpan, CultureInfo.InvariantCulture)), total);
    }

    [GeneratedRegex("\"In use system memory\"\\s*=\\s*(\\d{1,18})", RegexOptions.CultureInvariant)]
    private static partial Regex MemoryInUse();

    [GeneratedRegex(@"^The system has (\d{1,18}) ", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex MemorySize();

    [GeneratedRegex(@"free percentage: (\d{1,2}|100)%", RegexOptions.CultureInvariant)]
    private static partial Regex FreeMemory();

    [GeneratedRegex(@"^\s*CPU_Speed_Limit\s*=\s*(\d{1,3})\s*$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex SpeedLimit();

    [GeneratedRegex("\"Device Utilization %\"\\s*=\\s*(\\d{1,3})", RegexOptions.CultureInvariant)]
    private static partial Regex Utilization();
}
