using MeatLizard.Application.Relay;
using MeatLizard.KillHost;
using MeatLizard.Presentation.Api;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

var trap = new Trap();
await using var app = ApiApplication.Build(args, builder =>
{
    builder.Logging.ClearProviders().AddProvider(new ErrorStreamLogs());
    builder.Services.AddKillPoints(trap);
});
await ApiApplication.Prepare(app, CancellationToken.None);
await app.StartAsync();
Console.WriteLine($"ready {app.Urls.First()}");
await new Commands(trap, app.Services.GetRequiredService<DispatchGate>()).Obey(Console.In, Console.Out);
await app.StopAsync();
