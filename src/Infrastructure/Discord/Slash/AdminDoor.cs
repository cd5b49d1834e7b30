using System.Globalization;
using MeatLizard.Application;
using MeatLizard.Application.Operations;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Operations;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Discord.Slash;

/// <summary>
/// The one way to an admins' command: what is asked is written down before it is done, and who may not ask is turned away. What can't be
/// written down is not done.
/// </summary>
internal sealed partial class AdminDoor(SlashOptions options, UseCases useCases, IIdSource ids, TimeProvider time, ILogger<AdminDoor> logger)
{
    private const int Longest = 200;

    private static readonly TimeSpan SettleWithin = TimeSpan.FromSeconds(5);

    /// <summary>Somebody whom Discord vouches for, and who need not be a user here: the nil id is nobody's, the audit has the person.</summary>
    private static readonly Actor DiscordAdmin = new(new UserId(Guid.Empty), Role.Admin, []) { IsRecorded = true };

    /// <param name="command">Null when there is none of that name.</param>
    public async Task<SlashAnswer> Enter(DiscordInteraction interaction, ISlashCommand? command, CancellationToken cancellationToken)
    {
        var entry = Entry(interaction);
        var recorded = await useCases.Send(new RecordAudit(entry), actor: null, cancellationToken);
        if (recorded.IsRefused(out var refusal, out _))
        {
            return new($"Nothing was done, because it could not be written down: {refusal.Detail}");
        }

        try
        {
            var answer = !options.MayAdminister(interaction) ? new(
                    "Only those who administer or manage the owner's guild, or one that the owner has named in Discord:AdminGuilds, may do this, and only there.")
            { RefusedBecause = "forbidden" }
                : command is null ? new($"There is no command /{entry.Action} any more. /help lists those that there are.")
                { RefusedBecause = "unknown_command" }
                : await command.Answer(new(interaction, DiscordAdmin), cancellationToken);
            await Settle(entry.Id, answer.RefusedBecause is null ? AuditOutcome.Done : AuditOutcome.Refused, answer.RefusedBecause);
            return answer;
        }
        catch
        {
            await Settle(entry.Id, AuditOutcome.Failed, code: null);
            throw;
        }
    }

    private AuditEntry Entry(DiscordInteraction interaction) => new()
    {
        Id = ids.NewId(),
        At = time.GetUtcNow(),
        Provider = "discord",
        Subject = interaction.User.Id.ToString(),
        Name = Cut(interaction.User.Name),
        Place = interaction.GuildId?.Value.ToString(CultureInfo.InvariantCulture),
        Action = Cut(string.Join(' ', interaction.Path)),
        Target = interaction.Arguments.Count == 0 ? null : Cut(string.Join(' ', interaction.Arguments.Values)),
    };

    /// <summary>Also when the call was given up, or the host stops. It has been done by now: that this can't be said changes nothing.</summary>
    private async Task Settle(Guid id, AuditOutcome outcome, string? code)
    {
        using var limit = new CancellationTokenSource(SettleWithin, time);
        try
        {
            await useCases.Send(new SettleAudit(id, outcome, code), actor: null, limit.Token);
        }
        catch (Exception broken)
        {
            LogUnsettled(broken, id, outcome);
        }
    }

    private static string Cut(string text) => text.Length <= Longest ? text : text[..Longest];

    [LoggerMessage(LogLevel.Error, "Audit row {Id} stays begun although it ended as {Outcome}.")]
    private partial void LogUnsettled(Exception broken, Guid id, AuditOutcome outcome);
}
