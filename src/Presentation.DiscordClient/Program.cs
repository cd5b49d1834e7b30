using MeatLizard.Application.Inference;
using MeatLizard.Infrastructure.LlamaCpp;
using MeatLizard.Presentation.DiscordClient.Inference;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// The client bot, on the machine that answers. It has one command so far: check, which answers one prompt with every model
// here, so that an operator knows that this machine can serve before it joins.
if (args is not ["check", ..])
{
    Console.Error.WriteLine("usage: meatlizard-client check [--Inference:Models=FOLDER] [--Inference:LlamaServer=PROGRAM]");
    return 2;
}

var builder = Host.CreateApplicationBuilder(args[1..]);
builder.ConfigureContainer(new DefaultServiceProviderFactory(new() { ValidateOnBuild = true, ValidateScopes = true }));
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddLlamaCpp(builder.Configuration).AddSingleton<AnswerGenerator>().AddSingleton<EngineCheck>();
using var host = builder.Build();
await host.StartAsync();
var healthy = await host.Services.GetRequiredService<EngineCheck>().Run(Console.Out, CancellationToken.None);
await host.StopAsync();
return healthy ? 0 : 1;
