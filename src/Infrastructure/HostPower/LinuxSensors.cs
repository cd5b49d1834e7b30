using System.Globalization;
using MeatLizard.Application.Inference;

namespace MeatLizard.Infrastructure.HostPower;

/// <summary>
/// Linux: the warmest of the kernel's thermal zones, and the busiest GPU, as amdgpu shows it below /sys/class/drm and NVIDIA's driver by
/// its own program.
/// </summary>
/// <param name="system">/sys, but for tests.</param>
/// <param name="driver">Where NVIDIA's driver shows itself: without it its program is not asked.</param>
internal sealed class LinuxSensors(string system = "/sys", string driver = "/proc/driver/nvidia", string smi = "nvidia-smi") : IHostSensors
{
    private const int ThousandthsADegree = 1000;

    public async Task<SensorReading> Read(CancellationToken cancellationToken)
    {
        var amd = Numbers("class/drm", "card*", "device/gpu_busy_percent");
        var nvidia = Directory.Exists(driver)
            ? Busy(await SystemProgram.Ask(smi, ["--query-gpu=utilization.gpu", "--format=csv,noheader,nounits"], cancellationToken) ?? "")
            : [];
        int[] gpus = [.. amd, .. nvidia];
        int[] zones = [.. Numbers("class/thermal", "thermal_zone*", "temp").Where(temperature => temperature > 0)];
        return new(
            gpus.Length == 0 ? null : $"{gpus.Max()} % busy",
            zones.Length == 0 ? null : $"{zones.Max() / ThousandthsADegree} \u00b0C");
    }

    /// <summary>A line for each GPU; one that can't tell says so in words.</summary>
    internal static IReadOnlyList<int> Busy(string output) =>
    [
        .. output.Split('\n', StringSplitOptions.TrimEntries)
            .Select(line => int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var percent) ? percent : (int?)null)
            .OfType<int>(),
    ];

    private List<int> Numbers(string folder, string pattern, string file)
    {
        List<int> numbers = [];
        var whole = Path.Combine(system, folder);
        foreach (var device in Directory.Exists(whole) ? Directory.GetDirectories(whole, pattern) : [])
        {
            try
            {
                if (int.TryParse(File.ReadAllText(Path.Combine(device, file)), CultureInfo.InvariantCulture, out var number))
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
