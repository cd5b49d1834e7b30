using System.Globalization;
using MeatLizard.Application.Relay;
using MeatLizard.Infrastructure.Security;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.Presentation.Api;
using MeatLizard.Presentation.DiscordClient;
using MeatLizard.Presentation.DiscordClient.Relay.Running;
using MeatLizard.Presentation.DiscordServer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.KillHost;

/// <summary>One of the three hosts, as the product builds it, with a trap inside, or a sealer of frames. The first argument says which.</summary>
internal static class Program
{
    public static Task Main(string[] arguments) => arguments switch
    {
        ["api", .. var settings] => Api(settings, new()),
        ["server", .. var settings] => Server(settings, new()),
        ["worker", .. var settings] => Worker(settings, new()),
        ["seal", var root, var epoch, var frames] => Seal(root, epoch, int.Parse(frames, CultureInfo.InvariantCulture)),
        _ => throw new ArgumentException("usage: api|server|worker --Setting=value …, or seal ROOT EPOCH FRAMES"),
    };

    private static async Task Api(string[] settings, Trap trap)
    {
        await using var app = ApiApplication.Build(settings, builder => Watch(builder.Logging, builder.Services, trap));
        await ApiApplication.Prepare(app, CancellationToken.None);
        await app.StartAsync();
        Console.WriteLine($"ready {app.Urls.First()}");
        await new Commands(trap, app.Services.GetRequiredService<DispatchGate>()).Obey(Console.In, Console.Out);
        await app.StopAsync();
    }

    private static async Task Server(string[] settings, Trap trap)
    {
        using var host = ServerBot.Build(settings, builder => Watch(builder.Logging, builder.Services.AddHostedService<Orders>(), trap));
        await host.Services.GetRequiredService<IDatabaseMigrator>().Migrate(CancellationToken.None);
        await host.RunAsync();
    }

    private static Task<int> Worker(string[] settings, Trap trap)
    {
        var known = ClientSettings.From(new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(settings).Build());
        return RunCommand.Run(
            settings,
            known,
            RootStores.OfThisMachine(known.DataFolder),
            Console.Error,
            builder => Watch(builder.Logging, builder.Services.AddHostedService<Orders>(), trap));
    }

    private static Task Seal(string root, string epoch, int frames)
    {
        using var output = Console.OpenStandardOutput();
        Sealing.Run(root, epoch, frames, output);
        return Task.CompletedTask;
    }

    private static void Watch(ILoggingBuilder logging, IServiceCollection services, Trap trap)
    {
        logging.ClearProviders().AddProvider(new ErrorStreamLogs());
        services.AddKillPoints(trap);
    }
}
