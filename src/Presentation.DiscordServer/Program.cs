using MeatLizard.Infrastructure.HostMemory;
using MeatLizard.Infrastructure.Relay;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.Presentation.DiscordServer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

try
{
    using var host = ServerBot.Build(args);
    await host.Services.GetRequiredService<IDatabaseMigrator>().Migrate(CancellationToken.None);
    if (host.Services.GetService<WorkerAdoption>() is { } adoption)
    {
        await adoption.Run(CancellationToken.None);
    }

    using var memory = new MemoryReturn(TimeProvider.System);
    await host.RunAsync();
    return 0;
}
catch (FormatException wrong)
{
    await Console.Error.WriteLineAsync(wrong.Message);
    return 2;
}
