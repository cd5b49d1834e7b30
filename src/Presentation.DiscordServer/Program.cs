using MeatLizard.Infrastructure.HostMemory;
using MeatLizard.Infrastructure.HostStart;
using MeatLizard.Infrastructure.Relay;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.Presentation.DiscordServer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

try
{
    using var host = ServerBot.Build(args);
    StartProblem.Check(host);
    await host.Services.GetRequiredService<IDatabaseMigrator>().Migrate(CancellationToken.None);
    if (host.Services.GetService<WorkerAdoption>() is { } adoption)
    {
        await adoption.Run(CancellationToken.None);
    }

    using var memory = new MemoryReturn(TimeProvider.System);
    using var hangUp = HangUp.Stops(host);
    await host.StartAsync();
    await host.WaitForShutdownAsync();
    return host.HasFallen() ? 1 : 0;
}
catch (Exception wrong) when (StartProblem.Of(wrong) is not null)
{
    await Console.Error.WriteLineAsync(StartProblem.Of(wrong));
    return 2;
}
