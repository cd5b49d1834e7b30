using System.Text;
using MeatLizard.Infrastructure.Discord;
using MeatLizard.Infrastructure.Discord.Slash;

namespace MeatLizard.Presentation.DiscordServer.Operations;

internal sealed class HelpCommand(SlashOptions options) : ISlashCommand
{
    public Task<SlashAnswer> Answer(SlashCall asked, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        foreach (var command in options.ForEverybody)
        {
            text.Append($"`/{command.Name}` {command.Description}\n");
        }

        if (options.MayAdminister(asked.Interaction))
        {
            foreach (var (command, sub) in options.ForAdmins.SelectMany(command => command.Options.Select(sub => (command, sub))))
            {
                text.Append($"`/{command.Name} {sub.Name}{Arguments(sub)}` {sub.Description}\n");
            }
        }

        return Task.FromResult(new SlashAnswer(text.ToString().TrimEnd()));
    }

    private static string Arguments(DiscordCommandOption command) => string.Concat(command.Options.Select(option => $" {option.Name}:…"));
}
