using System.Text.Json;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Infrastructure.Discord;
using MeatLizard.Infrastructure.Discord.Relay;
using MeatLizard.Infrastructure.HostPower;
using MeatLizard.Infrastructure.HostStart;
using MeatLizard.Infrastructure.LlamaCpp;
using MeatLizard.Infrastructure.Relay;
using MeatLizard.Infrastructure.Storage.Journal;
using MeatLizard.Presentation.DiscordClient.Relay.Enrolment;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MeatLizard.Presentation.DiscordClient.Relay.Running;

/// <summary>Works for the server until it is stopped.</summary>
internal static class RunCommand
{
    /// <summary>For the rest, once the worker has drained: last words, llama-server's end.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    /// <returns>The exit code.</returns>
    public static Task<int> Run(string[] arguments, ClientSettings settings, IRootStore roots, TextWriter output) =>
        Run(arguments, settings, roots, output, _ => { });

    /// <param name="also">The last word on what is registered.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> Run(
        string[] arguments, ClientSettings settings, IRootStore roots, TextWriter output, Action<IHostApplicationBuilder> also)
    {
        if (settings.Problem is { } problem)
        {
            await output.WriteLineAsync(problem);
            return 2;
        }

        // Before anything there is looked at: a root that this process wrote down would overtake what another one is being given.
        using var claim = await ClientFolder.Claim(settings.DataFolder, output);
        return claim is null ? 1 : await Run(claim, arguments, settings, roots, output, also);
    }

    private static async Task<int> Run(
        FolderClaim claim, string[] arguments, ClientSettings settings, IRootStore roots, TextWriter output, Action<IHostApplicationBuilder> also)
    {
        var builder = ClientHost.Begin(arguments, settings);
        DiscordSettings? discord;
        Enrolled? enrolled;
        string? root = null, next = null;
        try
        {
            discord = DiscordSettings.From(builder.Configuration, Path.Combine(settings.DataFolder, "discord.json"));
            enrolled = await new ConfiguredEnrolment(roots, settings.DataFolder).Take(builder.Configuration, discord, CancellationToken.None)
                ?? Enrolled.In(settings.DataFolder);
            if (enrolled is not null)
            {
                root = await roots.Find(enrolled.Worker, CancellationToken.None);
                next = await roots.Find(NextRoot.Of(enrolled.Worker), CancellationToken.None);
            }
        }
        catch (FormatException wrong)
        {
            await output.WriteLineAsync(wrong.Message);
            return 2;
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or InvalidOperationException or JsonException)
        {
            await output.WriteLineAsync(ClientFolder.Unusable(settings.DataFolder, wrong));
            return 1;
        }

        if (enrolled is null || root is null)
        {
            await output.WriteLineAsync(enrolled is null
                ? "This machine is no worker yet. Ask the server's admin for a code, then: ./worker enrol ADDRESS"
                : $"The key of worker {enrolled.Worker} is not where it is looked for. Say the same Worker:KeyStore as at enrol, or enrol with a new code.");
            return 1;
        }

        if (enrolled.IsInDiscord == true && discord is null)
        {
            await output.WriteLineAsync($"Discord:Token is missing: worker {enrolled.Worker} is reached through Discord.");
            return 2;
        }

        discord = enrolled.IsInDiscord == false ? null : discord;

        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.Worker.DrainWithin + Farewell);
        builder.Services
            .AddLlamaCpp(builder.Configuration)
            .AddHostPower()
            .AddSingleton(settings.Worker)
            .AddSingleton(new StatusFile(settings.DataFolder))

            // Before the worker, so that it ends after it: while the worker drains, its status can be asked for.
            .AddHostedService<StatusReport>()
            .AddSingleton(enrolled)
            .AddWorkerJournal(new(settings.DataFolder, enrolled.Owner) { Claim = claim });
        var nextRoot = next is null ? null : Convert.FromHexString(next);
        if (discord is not null)
        {
            builder.Services.AddDiscord(discord.Bot).AddDiscordWorker(new(discord.RelayGuild, new(enrolled.Worker), Convert.FromHexString(root))
            {
                NextRoot = nextRoot,
                Roots = roots,
            });
        }
        else
        {
            builder.Services.AddLinkedWorker(new(enrolled.Server, new(enrolled.Worker), Convert.FromHexString(root), settings.Proxy)
            {
                NextRoot = nextRoot,
                Roots = roots,
            });
        }

        also(builder);
        using var host = builder.Build();
        if (!await ClientHost.TryStart(host, output))
        {
            return 2;
        }

        using var hangUp = HangUp.Stops(host);
        using var signals = new StopSignals(host.Services.GetRequiredService<DrainPatience>());
        await output.WriteLineAsync($"Worker {enrolled.Worker} works for {enrolled.Server}{(discord is null ? "" : " through Discord")}; Ctrl-C ends it, ./worker status says how it is.");
        await host.WaitForShutdownAsync();
        return host.HasFallen() ? 1 : 0;
    }
}
