using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MeatLizard.Infrastructure.HostStart;

/// <summary>How a host has come to its end.</summary>
public static class HostEnd
{
    /// <summary>Whether one of its own loops has broken, which ends a host as a signal does: whoever watches over the process is to start it again.</summary>
    public static bool HasFallen(this IHost host) =>
        host.Services.GetServices<IHostedService>().OfType<BackgroundService>().Any(service => service.ExecuteTask is { IsFaulted: true });
}
