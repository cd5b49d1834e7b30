using MeatLizard.Application;
using MeatLizard.Infrastructure.Relay;
using MeatLizard.Infrastructure.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// The server bot. Until it holds Discord's workers it is a second watchdog over the same database: whatever the API host
// leaves open when it dies is given back or ended by this one.
var builder = Host.CreateApplicationBuilder(args);
builder.ConfigureContainer(new DefaultServiceProviderFactory(new() { ValidateOnBuild = true, ValidateScopes = true }));
builder.Services
    .AddUseCases()
    .AddStorage(builder.Configuration)
    .AddRelayWatchdog(builder.Configuration);

using var host = builder.Build();
await host.Services.GetRequiredService<IDatabaseMigrator>().Migrate(CancellationToken.None);
await host.RunAsync();
