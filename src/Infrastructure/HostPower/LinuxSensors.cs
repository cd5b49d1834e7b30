using System.Globalization;
using MeatLizard.Application.Inference;

namespace MeatLizard.Infrastructure.HostPower;

/// <summary>
/// Linux: the warmest of the kernel's thermal zones, the memory, and the busiest GPU and all GPUs' memory, as amdgpu shows it below
/// /sys/class/drm and NVIDIA's driver by its own program.
/// </summary>
/// <param name="system">/sys, but for tests.</param>
/// <param name="driver">Where NVIDIA's driver shows itself: without it its program is not asked.</param>
internal sealed class LinuxSensors(string system = "/sys", string driver = "/proc/driver/nvidia", string smi = "nvidia-smi", string memory = "/proc/meminfo")
    : IHostSensors
{
    private const int ThousandthsADegree = 1000;
    private const long Kibibyte = 1024;
    private const long Mebibyte = 1024 * Kibibyte;

    public async Task<SensorReading> Read(CancellationToken cancellationToken)
    {
        var amd = Numbers("class/drm", "card*", "device/gpu_busy_percent");
        var nvidia = Directory.Exists(driver)
            ? await SystemProgram.Ask(smi, ["--query-gpu=utilization.gpu,memory.used,memory.total", "--format=csv,noheader,nounits"], cancellationToken) ?? ""
            : "";
        long[] gpus = [.. amd, .. Column(nvidia, 0)];
        var used = Numbers("class/drm", "card*", "device/mem_info_vram_used").Sum() + (Column(nvidia, 1).Sum() * Mebibyte);
        var total = Numbers("class/drm", "card*", "device/mem_info_vram_total").Sum() + (Column(nvidia, 2).Sum() * Mebibyte);
        long[] zones = [.. Numbers("class/thermal", "thermal_zone*", "temp").Where(temperature => temperature > 0)];
        return new(
            gpus.Length == 0 ? null : $"{gpus.Max()} % busy",
            zones.Length == 0 ? null : $"{zones.Max() / ThousandthsADegree} \u00b0C")
        {
            Memory = Memory(await Meminfo(cancellationToken)),
            GpuMemory = total == 0 ? null : Gigabytes.Of(used, total),
        };
    }

    /// <summary>A line for each GPU; one that can't tell says so in words.</summary>
    internal static IReadOnlyList<long> Column(string output, int number) =>
    [
        .. output.Split('\n')
            .Select(line => line.Split(',', StringSplitOptions.TrimEntries).ElementAtOrDefault(number))
            .Select(cell => long.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : (long?)null)
            .OfType<long>(),
    ];

    /// <returns>Null when the kernel does not say what is available, as before 3.14.</returns>
    internal static string? Memory(string meminfo)
    {
        var (total, available) = (Amount("MemTotal:"), Amount("MemAvailable:"));
        return total is null || available is null ? null : Gigabytes.Of((total.Value - available.Value) * Kibibyte, total.Value * Kibibyte);

        long? Amount(string name) => meminfo.Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Where(words => words is [var first, _, "kB"] && first == name)
            .Select(words => long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var amount) ? amount : (long?)null)
            .FirstOrDefault();
    }

    private async Task<string> Meminfo(CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(memory, cancellationToken);
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private List<long> Numbers(string folder, string pattern, string file)
    {
        List<long> numbers = [];
        var whole = Path.Combine(system, folder);
        foreach (var device in Directory.Exists(whole) ? Directory.GetDirectories(whole, pattern) : [])
        {
            try
            {
                if (long.TryParse(File.ReadAllText(Path.Combine(device, file)), CultureInfo.InvariantCulture, out var number))
                {
                    numbers.Add(number);
                }
            }
            catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
            {
                // Not every device has it, and some zones can't be read while they sleep.
            }
        }

        return numbers;
    }
}
