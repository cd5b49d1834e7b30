using MeatLizard.Infrastructure.Discord;
using MeatLizard.Infrastructure.Discord.Slash;
using MeatLizard.Presentation.DiscordServer.Relay;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Presentation.DiscordServer.Operations;

/// <summary>What can be called in Discord, as it is registered there.</summary>
internal static class CommandList
{
    public const string Worker = "worker";

    private const string Admin = "admin";

    public static IServiceCollection AddCommands(this IServiceCollection services, Snowflake relayGuild, IReadOnlyList<Snowflake> adminGuilds) => services
        .AddSlashCommands(new(relayGuild) { AdminGuilds = adminGuilds, ForEverybody = ForEverybody(), ForAdmins = [ForAdmins()] })
        .AddSlashCommand<HelpCommand>("help")
        .AddSlashCommand<StatusCommand>("status")
        .AddSlashCommand<SetupCommand>($"{Admin} setup")
        .AddSlashCommand<WorkersCommand>($"{Admin} workers")
        .AddSlashCommand<DrainCommand>($"{Admin} drain")
        .AddSlashCommand<QueueCommand>($"{Admin} queue")
        .AddSlashCommand<MetricsCommand>($"{Admin} metrics");

    public static IServiceCollection AddMetricsBoard(this IServiceCollection services, MetricsOptions options) => services
        .AddSingleton(options)
        .AddSingleton<MetricsBoard>()
        .AddHostedService(provider => provider.GetRequiredService<MetricsBoard>());

    /// <summary>They tell nothing that not anybody may know.</summary>
    public static IReadOnlyList<DiscordCommand> ForEverybody() =>
    [
        new("help", "What can be done here") { InDirectChannels = true },
        new("status", "Whether questions can be answered at the moment") { InDirectChannels = true },
    ];

    /// <summary>Discord shows it to those who manage the guild; who may call it the bot decides for itself.</summary>
    public static DiscordCommand ForAdmins() => new(Admin, "Looks after this installation")
    {
        DefaultPermissions = DiscordPermissions.ManageGuild,
        Options =
        [
            Sub("setup", "What the bot needs here, and what is wrong"),
            Sub("workers", "The machines that answer"),
            Sub("drain", "Lets a worker finish what it has, and gives it nothing new until it is started again") with
            {
                Options = [new(DiscordOptionKind.Text, Worker, "The worker's name, as /admin workers shows it") { IsRequired = true }],
            },
            Sub("queue", "What waits to be answered"),
            Sub("metrics", "Speed, waiting times and errors of the last hour"),
        ],
    };

    private static DiscordCommandOption Sub(string name, string description) => new(DiscordOptionKind.SubCommand, name, description);
}
