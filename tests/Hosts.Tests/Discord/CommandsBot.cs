using MeatLizard.Application;
using MeatLizard.Application.Operations;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.DiscordStandIn;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Operations;
using MeatLizard.Infrastructure.Discord;
using MeatLizard.Infrastructure.Discord.Slash;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.Presentation.DiscordServer;
using MeatLizard.Presentation.DiscordServer.Operations;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Hosts.Tests.Discord;

/// <summary>The server bot as the product builds it, logged in to the stand-in; its metrics are looked after more often.</summary>
internal sealed class CommandsBot : IAsyncDisposable
{
    private static readonly Actor Admin = new(new UserId(Guid.CreateVersion7()), Domain.Identity.Role.Admin, []) { IsRecorded = true };

    private readonly IHost _host;

    private CommandsBot(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    public static async Task<CommandsBot> Start(
        StandIn discord, TestFolder folder, IReadOnlyList<string> arguments, Action<IServiceCollection>? also = null)
    {
        var host = ServerBot.Build(
            [
                $"--DataFolder={folder.File("data")}",
                $"--Discord:Token={DefaultWorld.ServerBotToken}",
                $"--Discord:Api={discord.ApiAddress}",
                $"--Discord:RelayGuildId={DefaultWorld.RelayGuild}",
                .. arguments,
            ],
            builder =>
            {
                builder.Logging.ClearProviders().AddFilter(level => level >= LogLevel.Warning).AddProvider(new TestOutputLogs());
                builder.Services.AddSingleton(new MetricsOptions(new(DefaultWorld.RelayGuild), null) { Round = TimeSpan.FromMilliseconds(50) });
                also?.Invoke(builder.Services);
            });
        await host.Services.GetRequiredService<IDatabaseMigrator>().Migrate(CancellationToken.None);
        await host.StartAsync();
        var gateway = host.Services.GetRequiredService<IDiscordGateway>();
        await Eventually.Is(() => gateway.Status.State == DiscordGatewayState.Connected);
        return new(host);
    }

    /// <returns>The code.</returns>
    public async Task<string> Invite(string worker) =>
        (await Services.GetRequiredService<UseCases>().Send(new InviteWorker(worker), Admin, CancellationToken.None)).Value.Code;

    /// <returns>The new worker's root.</returns>
    public async Task<byte[]> Enrol(string worker)
    {
        var useCases = Services.GetRequiredService<UseCases>();
        var enrolled = await useCases.Send(new EnrolWorker(await Invite(worker), null), null, CancellationToken.None);
        var set = await useCases.Send(new SetWorkerBot(new(worker), $"{DefaultWorld.ClientBot}"), Admin, CancellationToken.None);
        Assert.That(set.Refusal, Is.Null);
        return enrolled.Value.Root;
    }

    /// <summary>What was asked of it in Discord, newest first.</summary>
    public async Task<IReadOnlyList<AuditEntry>> Audit()
    {
        await using var scope = Services.CreateAsyncScope();
        return [.. (await scope.ServiceProvider.GetRequiredService<IAuditLog>().Latest(10, CancellationToken.None)).Where(entry => entry.Provider == "discord")];
    }

    /// <summary>In how many places it remembers to have registered commands.</summary>
    public async Task<int> NotedRegistrations() => (await Services.GetRequiredService<IDiscordNotes>().All(CancellationToken.None))
        .Keys.Count(name => name.StartsWith("commands ", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
