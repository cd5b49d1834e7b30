using System.Text;
using MeatLizard.Infrastructure.Discord.Slash;

namespace MeatLizard.Presentation.DiscordServer.Operations;

internal sealed class SetupCommand(IGuildDiagnosis diagnosis) : ISlashCommand
{
    public async Task<SlashAnswer> Answer(SlashCall asked, CancellationToken cancellationToken)
    {
        var report = await diagnosis.Look(cancellationToken);
        var text = new StringBuilder();
        text.Append($"Invite link for the relay guild, with exactly what is needed ({report.Needed}):\n<{report.Invite}>\n");
        text.Append(report.Problems.Count == 0 ? "**Nothing is wrong.**\n" : "**To be seen to:**\n");
        foreach (var problem in report.Problems)
        {
            text.Append($"- {problem}\n");
        }

        text.Append("**Looked at:**\n");
        foreach (var note in report.Notes)
        {
            text.Append($"- {note}\n");
        }

        return new(text.ToString().TrimEnd());
    }
}
