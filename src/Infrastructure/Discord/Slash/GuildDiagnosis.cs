using MeatLizard.Infrastructure.Discord.Relay;

namespace MeatLizard.Infrastructure.Discord.Slash;

internal sealed class GuildDiagnosis(
    SlashOptions options, DiscordOptions bot, IDiscordApi api, IDiscordGateway gateway, RelayRoomMaker maker, RelayRooms rooms)
    : IGuildDiagnosis
{
    private const DiscordPermissions InRooms = RelayRoomMaker.WorkerMay | DiscordPermissions.ManageMessages;

    /// <summary>With one of these a role can undo what the bot has set up.</summary>
    private const DiscordPermissions Undoing = DiscordPermissions.Administrator | DiscordPermissions.ManageChannels | DiscordPermissions.ManageRoles;

    public async Task<GuildReport> Look(CancellationToken cancellationToken)
    {
        var identity = await api.WhoAmI(cancellationToken);
        var invite = maker.InviteLink(identity.Application, RelayRoomMaker.ServerNeeds);
        List<string> problems = [];
        List<string> notes = [];
        Intents(identity, problems, notes);
        var guilds = await api.Guilds(cancellationToken);
        if (guilds.Contains(options.RelayGuild))
        {
            await RelayGuild(identity.Bot.Id, invite, problems, notes, cancellationToken);
        }
        else
        {
            problems.Add($"The bot is not in the relay guild {options.RelayGuild}. Invite it with the link above, or correct Discord:RelayGuildId.");
        }

        problems.AddRange(options.Trusted.Except(guilds).Where(guild => guild != options.RelayGuild).Select(guild =>
            $"The bot is not in guild {guild} of Discord:AdminGuilds. Invite it there, or take the id out."));
        problems.AddRange(rooms.Problems.Except(problems));
        return new(invite, RelayRoomMaker.ServerNeeds, problems, notes);
    }

    private void Intents(DiscordIdentity identity, List<string> problems, List<string> notes)
    {
        if (bot.Intents.HasFlag(DiscordIntents.MessageContent) && !identity.MayReadContent)
        {
            problems.Add("The message content intent is switched off. Switch it on at the bot's page in Discord's developer portal.");
        }

        if (bot.Intents.HasFlag(DiscordIntents.GuildMembers) && !identity.MaySeeMembers)
        {
            problems.Add("The server members intent is switched off. Switch it on at the bot's page in Discord's developer portal.");
        }

        if (gateway.Status.Problem is { } problem)
        {
            problems.Add($"Gateway: {problem}");
        }

        notes.Add($"Intents asked for: {bot.Intents}.");
        if (identity.IsPublic)
        {
            notes.Add("Anybody can add this bot to a guild. To keep it yours, switch Public Bot off in Discord's developer portal.");
        }
    }

    private async Task RelayGuild(
        Snowflake self, Uri invite, List<string> problems, List<string> notes, CancellationToken cancellationToken)
    {
        var guild = await api.Guild(options.RelayGuild, cancellationToken);
        var member = await api.Member(guild.Id, self, cancellationToken);
        var missing = RelayRoomMaker.ServerNeeds & ~DiscordAccess.InGuild(guild, member);
        if (missing != DiscordPermissions.None)
        {
            // In the words of the one who looks after the rooms, so that it is not said twice.
            problems.Add($"The server bot lacks permissions in the relay guild \u201c{guild.Name}\u201d: {missing}. Give its role these, or invite it again: {invite}");
        }
        else
        {
            notes.Add("Permissions in the relay guild: complete.");
        }

        Roles(guild, member, notes);
        var channels = await api.Channels(guild.Id, cancellationToken);
        var own = channels.Where(channel => RelayTopic.TryRead(channel.Topic, out var topic) && topic.Server == self).ToArray();
        foreach (var channel in own)
        {
            // What lacks in the whole guild was said already.
            var lacks = InRooms & ~DiscordAccess.InChannel(guild, member, channel) & ~missing;
            if (lacks != DiscordPermissions.None)
            {
                problems.Add($"The bot lacks permissions in #{channel.Name}: {lacks}. Take back what was denied to it there; it tries to do so itself.");
            }
        }

        notes.Add($"Relay and control channels: {own.Length}.");
    }

    private static void Roles(DiscordGuild guild, DiscordMember member, List<string> notes)
    {
        var highest = guild.Roles.Where(role => member.Roles.Contains(role.Id)).Select(role => role.Position).DefaultIfEmpty(0).Max();
        var above = guild.Roles
            .Where(role => role.Position > highest && (role.Permissions & Undoing) != DiscordPermissions.None)
            .OrderByDescending(role => role.Position)
            .Select(role => $"\u201c{role.Name}\u201d")
            .ToArray();
        notes.Add(above.Length == 0
            ? "Role order: no role above the bot's can change its channels."
            : $"Role order: {string.Join(", ", above)} above the bot's can undo what it sets up. Move the bot's role up if that is not meant.");
    }
}
