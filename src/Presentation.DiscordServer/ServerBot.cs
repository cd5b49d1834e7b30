using MeatLizard.Application;
using MeatLizard.Infrastructure.Identity;
using MeatLizard.Infrastructure.Redis;
using MeatLizard.Infrastructure.Relay;
using MeatLizard.Infrastructure.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MeatLizard.Presentation.DiscordServer;

/// <summary>
/// The server bot. Until it holds Discord's workers it is a second watchdog over the same database: whatever the API host
/// leaves open when it dies is given back or ended by this one.
/// </summary>
public static class ServerBot
{
    public static IHost Build(string[] arguments)
    {
        var builder = Host.CreateApplicationBuilder(arguments);
        builder.ConfigureContainer(new DefaultServiceProviderFactory(new() { ValidateOnBuild = true, ValidateScopes = true }));
        builder.Services
            .AddUseCases()
            .AddStorage(builder.Configuration)
            .AddRedis(builder.Configuration)
            .AddIdentity()
            .AddRelayWatchdog(builder.Configuration);
        return builder.Build();
    }
}
