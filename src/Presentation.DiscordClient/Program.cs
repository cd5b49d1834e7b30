using MeatLizard.Infrastructure.HostMemory;
using MeatLizard.Infrastructure.HostStart;
using MeatLizard.Infrastructure.Security;
using MeatLizard.Presentation.DiscordClient;
using MeatLizard.Presentation.DiscordClient.Inference;
using MeatLizard.Presentation.DiscordClient.Relay.Enrolment;
using MeatLizard.Presentation.DiscordClient.Relay.Running;
using Microsoft.Extensions.Configuration;

// The client bot, on the machine that answers.
const string usage = """
    usage: worker enrol ADDRESS     makes this machine a worker; the admin's POST /api/v1/admin/workers shows the address
           worker run               works for the server until it is stopped; --model FILE answers with this GGUF model
           worker status            says how it stands
           worker check             answers one prompt with every model here
    A machine whose settings hold its key (Relay:Workers:NAME:Key and :Carrier, Server:Address or Discord:…) needs no enrol.
    Settings follow as --Section:Key=value, or stand in the environment or in appsettings.json: DataFolder, Server:Proxy, Worker:DrainWithin, Worker:MinBattery, Worker:KeyStore, Inference:Models, Inference:LlamaServer, …
    """;
string[] rest = [.. args.Skip(args is ["enrol", ..] ? 2 : 1).Select(word => word == "--model" ? "--Inference:Models" : word)];
ClientSettings settings;
try
{
    var configuration = ClientSettings.AddSources(new ConfigurationBuilder(), rest).Build();
    HomePaths.Expand(configuration);
    settings = ClientSettings.From(configuration);
    if (args is ["enrol", ..] && settings.Problem is { } problem)
    {
        throw new FormatException(problem);
    }
}
catch (FormatException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    return 2;
}

var roots = RootStores.OfThisMachine(settings.DataFolder, settings.Worker.KeyStore);
switch (args)
{
    case ["enrol", var address, ..]:
        using (var http = new HttpClient(new SocketsHttpHandler { Proxy = OutboundProxy.Through(settings.Proxy) }))
        {
            return await new EnrolCommand(http, roots, settings.DataFolder, Console.Out).Run(address, CancellationToken.None);
        }

    case ["run", ..]:
        using (new MemoryReturn(TimeProvider.System))
        {
            return await RunCommand.Run(rest, settings, roots, Console.Out);
        }

    case ["status", ..]:
        return StatusCommand.Run(settings.DataFolder, TimeProvider.System.GetUtcNow(), Console.Out);
    case ["check", ..]:
        return await CheckCommand.Run(rest, settings, Console.Out);
    default:
        Console.Error.WriteLine(usage);
        return 2;
}
