using MeatLizard.Application.Identity;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Infrastructure.Discord;
using MeatLizard.Infrastructure.Relay;
using Microsoft.Extensions.Configuration;

namespace MeatLizard.Presentation.DiscordClient.Relay.Enrolment;

/// <summary>A worker whose key stands in its configuration, as it does in the server's: it needs no code, and never a way to the server's API.</summary>
internal sealed class ConfiguredEnrolment(IRootStore roots, string folder)
{
    /// <param name="discord">Null: no bot is configured here.</param>
    /// <returns>Null when the configuration names no worker.</returns>
    /// <exception cref="FormatException">It can't be used; the message names the key.</exception>
    public async Task<Enrolled?> Take(IConfiguration configuration, DiscordSettings? discord, CancellationToken cancellationToken)
    {
        switch (ConfiguredWorkers.From(configuration).Elsewhere)
        {
            case []:
                return null;
            case [var worker]:
                var enrolled = new Enrolled(Server(worker, configuration, discord), worker.Name)
                {
                    ConfiguredRoot = SecretToken.Hash(worker.Key),
                    IsInDiscord = worker.IsInDiscord,
                };
                await Keep(enrolled, worker.Key, cancellationToken);
                return enrolled;
            case var several:
                throw new FormatException($"{ConfiguredWorkers.Section} names {several.Count} workers: this machine is one of them, and needs that one's lines alone.");
        }
    }

    /// <summary>
    /// What was taken over once is not again: the server may have given the worker another root since. And none takes the place of a root that is
    /// there: which of two the server knows is found out by using them.
    /// </summary>
    private async Task Keep(Enrolled enrolled, string key, CancellationToken cancellationToken)
    {
        var known = Enrolled.In(folder);
        if (known is not null && known.Worker != enrolled.Worker)
        {
            throw new FormatException(
                $"{ConfiguredWorkers.Section} names {enrolled.Worker}, and {folder} is {known.Worker}'s: give each worker a DataFolder of its own.");
        }

        if (known?.ConfiguredRoot != enrolled.ConfiguredRoot)
        {
            var root = await roots.Find(enrolled.Worker, cancellationToken);
            if (root != key)
            {
                await roots.Save(root is null ? enrolled.Worker : NextRoot.Of(enrolled.Worker), key, cancellationToken);
            }
        }

        if (known != enrolled)
        {
            enrolled.Save(folder);
        }
    }

    private static Uri Server(ConfiguredWorker worker, IConfiguration configuration, DiscordSettings? discord)
    {
        if (worker.IsInDiscord)
        {
            return discord is null
                ? throw new FormatException($"Discord:Token is missing: {ConfiguredWorkers.Section}:{worker.Name}:Carrier says Discord.")
                : new($"https://discord.com/channels/{discord.RelayGuild}");
        }

        // Over http as well: all that goes over the link is sealed, and the key is here already.
        return Uri.TryCreate(configuration["Server:Address"], UriKind.Absolute, out var server) && server.Scheme is "http" or "https"
            ? new(server.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/")
            : throw new FormatException("Server:Address is the address of the server, for example https://chat.example.org");
    }
}
