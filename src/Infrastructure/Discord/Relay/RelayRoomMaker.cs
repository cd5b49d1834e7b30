using System.Globalization;
using System.Net;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Discord.Relay;

/// <summary>Makes the relay guild what it should be, and says what stands in the way.</summary>
internal sealed class RelayRoomMaker(DiscordRelayOptions options, IDiscordGuilds guilds, IDiscordApi api)
{
    /// <summary>What a worker's bot may do in its rooms.</summary>
    public const DiscordPermissions WorkerMay = DiscordPermissions.ViewChannel | DiscordPermissions.SendMessages
        | DiscordPermissions.AttachFiles | DiscordPermissions.ReadMessageHistory;

    /// <summary>What the server's bot needs in the relay guild.</summary>
    public const DiscordPermissions ServerNeeds = WorkerMay | DiscordPermissions.ManageMessages | DiscordPermissions.ManageChannels
        | DiscordPermissions.ManageRoles;

    /// <summary>What the server's bot may do in its rooms; it manages them by what it may do in the guild.</summary>
    private const DiscordPermissions ServerMay = WorkerMay | DiscordPermissions.ManageMessages;

    /// <summary>Longer than Discord takes, shorter than it may ask us to wait.</summary>
    private static readonly TimeSpan RightWithin = TimeSpan.FromSeconds(5);

    private const string Category = "meatlizard-relay";

    public async Task<RelayRoomSet> Make(IReadOnlyList<WorkerBot> workers, int relayChannels, CancellationToken cancellationToken)
    {
        var self = (await api.WhoAmI(cancellationToken)).Bot.Id;
        List<string> problems = [];
        var guild = await guilds.Guild(options.Guild, cancellationToken);
        var me = await guilds.Member(guild.Id, self, cancellationToken);
        var may = DiscordAccess.InGuild(guild, me);
        if ((ServerNeeds & ~may) is var missing && missing != DiscordPermissions.None)
        {
            problems.Add($"The server bot lacks permissions in the relay guild \u201c{guild.Name}\u201d: {missing}. Give its role these, or invite it again: {InviteLink(self, ServerNeeds)}");
        }

        var admins = guild.Roles.Where(role => role.Permissions.HasFlag(DiscordPermissions.Administrator));
        foreach (var role in admins.Where(role => !role.IsManaged || !me.Roles.Contains(role.Id)))
        {
            var whoever = role.IsManaged ? $"The bot \u201c{role.Name}\u201d" : $"Whoever has the role \u201c{role.Name}\u201d";
            problems.Add($"{whoever} in the relay guild sees when and how much is relayed, and may take its channels away: it is an administrator. What is said stays sealed.");
        }

        List<WorkerBot> present = [];
        foreach (var worker in workers)
        {
            if (await IsMember(guild.Id, new(worker.BotId), cancellationToken))
            {
                present.Add(worker);
            }
            else
            {
                problems.Add($"The bot of worker {worker.Worker} is not in the relay guild. Invite it: {InviteLink(new(worker.BotId), WorkerMay)}");
            }
        }

        var (control, relay) = await Rooms(self, guild.Id, present, workers, relayChannels, problems, cancellationToken);
        return new(self, control, relay, problems);
    }

    /// <summary>Where the owner adds a bot to the relay guild, with exactly these permissions.</summary>
    public Uri InviteLink(Snowflake bot, DiscordPermissions permissions) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"https://discord.com/oauth2/authorize?client_id={bot}&scope=bot&permissions={(ulong)permissions}&guild_id={options.Guild}"));

    private async Task<(Dictionary<WorkerId, Snowflake> Control, List<Snowflake> Relay)> Rooms(
        Snowflake self,
        Snowflake guild,
        List<WorkerBot> present,
        IReadOnlyList<WorkerBot> known,
        int relayChannels,
        List<string> problems,
        CancellationToken cancellationToken)
    {
        var channels = await guilds.Channels(guild, cancellationToken);
        DiscordOverwrite[] closed =
        [
            new(guild, IsMember: false, DiscordPermissions.None, DiscordPermissions.ViewChannel),
            new(self, IsMember: true, ServerMay, DiscordPermissions.None),
        ];
        var parent = channels.FirstOrDefault(channel => channel.Kind == DiscordChannelKind.Category && channel.Name == Category)
            ?? await guilds.CreateChannel(guild, new(DiscordChannelKind.Category, Category, null, null, closed), cancellationToken);

        var control = new Dictionary<WorkerId, Snowflake>();
        List<DiscordChannel> relay = [];
        foreach (var channel in channels.OrderBy(channel => channel.Id.Value))
        {
            if (!RelayTopic.TryRead(channel.Topic, out var topic) || topic.Server != self)
            {
                continue;
            }

            if (topic.Worker is not { } worker)
            {
                relay.Add(channel);
            }
            else if (!known.Any(bot => bot.Worker == worker))
            {
                await guilds.DeleteChannel(channel.Id, cancellationToken);
            }
            else if (present.Find(bot => bot.Worker == worker) is { } bot && control.TryAdd(worker, channel.Id))
            {
                await PutRight(channel, [.. closed, Open(bot)], cancellationToken);
            }
        }

        foreach (var bot in present.Where(bot => !control.ContainsKey(bot.Worker)))
        {
            var made = await guilds.CreateChannel(
                guild,
                new(DiscordChannelKind.Text, $"control-{bot.Worker}", new RelayTopic(self, bot.Worker).ToString(), parent.Id, [.. closed, Open(bot)]),
                cancellationToken);
            control[bot.Worker] = made.Id;
        }

        DiscordOverwrite[] all = [.. closed, .. present.Select(Open)];
        List<Snowflake> ids = [];
        foreach (var channel in relay)
        {
            if (await PutRight(channel, all, cancellationToken))
            {
                ids.Add(channel.Id);
            }
            else
            {
                problems.Add($"The relay channel \u201c{channel.Name}\u201d is closed to a bot, and Discord does not let it be opened now. Others are used until it does.");
            }
        }

        while (ids.Count < relayChannels && present.Count > 0)
        {
            var made = await guilds.CreateChannel(
                guild,
                new(DiscordChannelKind.Text, $"relay-{ids.Count + 1:00}", new RelayTopic(self, null).ToString(), parent.Id, all),
                cancellationToken);
            ids.Add(made.Id);
        }

        return (control, ids);
    }

    private static DiscordOverwrite Open(WorkerBot bot) => new(new(bot.BotId), IsMember: true, WorkerMay, DiscordPermissions.None);

    /// <summary>One by one: a channel as a whole may be changed twice in ten minutes, and whoever waits for that mends nothing else.</summary>
    /// <returns>False when Discord does not let it be done now.</returns>
    private async Task<bool> PutRight(DiscordChannel channel, DiscordOverwrite[] overwrites, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(RightWithin);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            foreach (var missing in overwrites.Except(channel.Overwrites))
            {
                await guilds.SetOverwrite(channel.Id, missing, either.Token);
            }

            foreach (var strange in channel.Overwrites.Where(one => !overwrites.Any(wanted => wanted.Target == one.Target)))
            {
                await guilds.RemoveOverwrite(channel.Id, strange.Target, either.Token);
            }

            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<bool> IsMember(Snowflake guild, Snowflake user, CancellationToken cancellationToken)
    {
        try
        {
            await guilds.Member(guild, user, cancellationToken);
            return true;
        }
        catch (DiscordException unknown) when (unknown.Status == HttpStatusCode.NotFound)
        {
            return false;
        }
    }
}
