using MeatLizard.Infrastructure.HostStart;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Tests.HostStart;

internal sealed class HostEndTests
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task A_host_whose_loop_has_broken_is_told_from_one_that_was_stopped(bool breaks)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.ClearProviders();
        builder.Services.AddHostedService(_ => new Loop(breaks));
        using var host = builder.Build();
        await host.StartAsync();
        var stopped = host.WaitForShutdownAsync();
        if (!breaks)
        {
            host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        }

        await stopped.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(host.HasFallen(), Is.EqualTo(breaks));
    }

    private sealed class Loop(bool breaks) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            if (breaks)
            {
                throw new IOException("The disk is full.");
            }

            await Task.Delay(Timeout.Infinite, stoppingToken);
        }
    }
}
