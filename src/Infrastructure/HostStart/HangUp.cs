using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MeatLizard.Infrastructure.HostStart;

/// <summary>A terminal that is closed stops a host as Ctrl-C does: left to itself the signal would end the process in the middle of everything.</summary>
public static class HangUp
{
    /// <returns>To be disposed of when the host has ended.</returns>
    public static IDisposable Stops(IHost host)
    {
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        return PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            lifetime.StopApplication();
        });
    }
}
