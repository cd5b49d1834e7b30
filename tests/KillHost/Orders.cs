using MeatLizard.Application.Relay;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MeatLizard.KillHost;

/// <summary>Says when a bot has started, obeys what the test says on stdin, and stops the host when the test is gone.</summary>
internal sealed class Orders(Trap trap, IServiceProvider services, IHostApplicationLifetime lifetime) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // A thread of its own: reading from the console waits in it.
        lifetime.ApplicationStarted.Register(() => new Thread(() => Obey().GetAwaiter().GetResult()) { IsBackground = true }.Start());
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task Obey()
    {
        Console.WriteLine("ready http://127.0.0.1:0");
        await new Commands(trap, services.GetService<DispatchGate>()).Obey(Console.In, Console.Out);
        lifetime.StopApplication();
    }
}
