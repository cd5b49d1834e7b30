using MeatLizard.Application;
using MeatLizard.Infrastructure.Discord;
using MeatLizard.Infrastructure.Discord.Relay;
using MeatLizard.Infrastructure.Discord.Slash;
using MeatLizard.Infrastructure.HostStart;
using MeatLizard.Infrastructure.Identity;
using MeatLizard.Infrastructure.Providers;
using MeatLizard.Infrastructure.Redis;
using MeatLizard.Infrastructure.Relay;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.Infrastructure.Storage.Neighbours;
using MeatLizard.Presentation.DiscordServer.Operations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Presentation.DiscordServer;

/// <summary>
/// The server bot: it holds the workers that are reached through Discord, over the same database as the API host. Without a token it is a
/// second watchdog: whatever the API host leaves open when it dies is given back or ended by this one.
/// </summary>
public static class ServerBot
{
    private const string UsualFolder = "./data";

    /// <exception cref="FormatException">The section Discord cannot be used; the message names the key.</exception>
    public static IHost Build(string[] arguments) => Build(arguments, _ => { });

    /// <param name="also">The last word on what is registered.</param>
    /// <exception cref="FormatException">The section Discord cannot be used; the message names the key.</exception>
    public static IHost Build(string[] arguments, Action<IHostApplicationBuilder> also)
    {
        var builder = Host.CreateApplicationBuilder(
            new HostApplicationBuilderSettings { DisableDefaults = true, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration
            .AddJsonFile("appsettings.json", optional: true, reloadOnChange: false)
            .AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true, reloadOnChange: false)
            .AddEnvironmentVariables()
            .AddCommandLine(arguments);
        HomePaths.Expand(builder.Configuration);
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging")).AddConsole();
        var configuration = builder.Configuration;
        builder.ConfigureContainer(new DefaultServiceProviderFactory(new() { ValidateOnBuild = true, ValidateScopes = true }));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(4));
        var folder = configuration["DataFolder"] is { Length: > 0 } given ? given : UsualFolder;
        var discord = DiscordSettings.From(configuration, Path.Combine(folder, "discord-server.json"));
        builder.Services
            .AddUseCases()
            .AddStorage(configuration)
            .AddRedis(configuration)
            .AddNeighbours(answersForOthers: discord is not null)
            .AddIdentity();
        if (discord is null)
        {
            builder.Services.AddRelayWatchdog(configuration);
            also(builder);
            return builder.Build();
        }

        builder.Services
            .AddRelay(configuration)
            .AddProviders(configuration)
            .AddDiscord(discord.Bot)
            .AddDiscordRelay(new(discord.RelayGuild) { Channels = discord.RelayChannels, KeepFrames = discord.KeepFrames });
        var slash = SlashSettings.From(configuration);
        builder.Services
            .AddCommands(discord.RelayGuild, slash.AdminGuilds)
            .AddGuildCare()
            .AddMetricsBoard(new(discord.RelayGuild, slash.MetricsChannel));
        also(builder);
        return builder.Build();
    }
}
