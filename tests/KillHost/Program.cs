using MeatLizard.Application;
using MeatLizard.Application.Relay;
using MeatLizard.Infrastructure.LlamaCpp;
using MeatLizard.Infrastructure.Relay;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.KillHost;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

var trap = new Trap();
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders().AddProvider(new ErrorStreamLogs());
builder.Services
    .AddUseCases()
    .AddStorage(builder.Configuration)
    .AddRelay(builder.Configuration)
    .AddInProcessWorker(builder.Configuration)
    .AddLlamaCpp(builder.Configuration)
    .AddKillPoints(trap);
var app = builder.Build();
await app.Services.GetRequiredService<IDatabaseMigrator>().Migrate(CancellationToken.None);
app.MapSmallApi(await SmallApi.Owner(app.Services), trap);
await app.StartAsync();
Console.WriteLine($"ready {app.Urls.First()}");
await new Commands(trap, app.Services.GetRequiredService<DispatchGate>()).Obey(Console.In, Console.Out);
await app.StopAsync();
