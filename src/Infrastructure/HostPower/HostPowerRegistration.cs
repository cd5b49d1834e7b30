using MeatLizard.Application.Inference;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MeatLizard.Infrastructure.HostPower;

public static class HostPowerRegistration
{
    /// <summary>
    /// Looks at what this machine runs on, and how busy and warm it is, where the system tells. Without it a worker counts as always on mains.
    /// </summary>
    public static IServiceCollection AddHostPower(this IServiceCollection services)
    {
        services.TryAddSingleton<IHostPower>(_ => OperatingSystem.IsMacOS() ? new PmsetPower() : OperatingSystem.IsLinux() ? new SysfsPower() : new UnknownPower());
        services.TryAddSingleton<IHostSensors>(_ => OperatingSystem.IsMacOS() ? new MacSensors() : OperatingSystem.IsLinux() ? new LinuxSensors() : new UnknownSensors());
        return services;
    }
}
