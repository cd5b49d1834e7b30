using MeatLizard.Application.Inference;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MeatLizard.Infrastructure.HostPower;

public static class HostPowerRegistration
{
    /// <summary>Looks at what this machine runs on, where the system tells. Without it a worker counts as always on mains.</summary>
    public static IServiceCollection AddHostPower(this IServiceCollection services)
    {
        services.TryAddSingleton<IHostPower>(_ => OperatingSystem.IsMacOS() ? new PmsetPower() : OperatingSystem.IsLinux() ? new SysfsPower() : new UnknownPower());
        return services;
    }
}
