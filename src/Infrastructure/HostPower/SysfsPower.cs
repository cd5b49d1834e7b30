using System.Globalization;
using MeatLizard.Application.Inference;

namespace MeatLizard.Infrastructure.HostPower;

/// <summary>Linux: what the kernel shows below /sys/class/power_supply.</summary>
/// <param name="folder">That folder, but for tests.</param>
internal sealed class SysfsPower(string folder = "/sys/class/power_supply") : IHostPower
{
    public Task<PowerReading?> Read(CancellationToken cancellationToken) => Task.FromResult(Look());

    private static string? Word(string supply, string name)
    {
        try
        {
            return File.ReadAllText(Path.Combine(supply, name)).Trim();
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            // Not every supply has everything, and one may be pulled out meanwhile.
            return null;
        }
    }

    private PowerReading? Look()
    {
        if (!Directory.Exists(folder))
        {
            return null;
        }

        var supplies = Directory.GetDirectories(folder);

        // A mouse has a battery as well; the machine does not run on it.
        var batteries = supplies
            .Where(supply => Word(supply, "type") == "Battery" && Word(supply, "scope") != "Device" && Word(supply, "present") != "0")
            .ToArray();
        if (batteries.Length == 0)
        {
            return null;
        }

        // Some machines say of their mains that it is online, some of their battery that it is being emptied, good ones both.
        var plugged = supplies.Any(supply => Word(supply, "type") is "Mains" or "USB" && Word(supply, "online") == "1");
        var emptied = batteries.Any(battery => Word(battery, "status") == "Discharging");
        var levels = batteries.Select(battery => Word(battery, "capacity")).OfType<string>()
            .Select(level => int.TryParse(level, NumberStyles.None, CultureInfo.InvariantCulture, out var percent) ? percent : (int?)null)
            .OfType<int>().ToArray();
        return new(plugged || !emptied, levels.Length == 0 ? null : (int)levels.Average());
    }
}
