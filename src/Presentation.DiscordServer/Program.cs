using MeatLizard.Infrastructure.Storage;
using MeatLizard.Presentation.DiscordServer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

using var host = ServerBot.Build(args);
await host.Services.GetRequiredService<IDatabaseMigrator>().Migrate(CancellationToken.None);
await host.RunAsync();
