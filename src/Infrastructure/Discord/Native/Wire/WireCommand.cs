namespace MeatLizard.Infrastructure.Discord.Native.Wire;

internal sealed record WireCommand(
    string Name,
    string Description,
    WireOption[]? Options,
    DiscordPermissions? DefaultMemberPermissions,
    bool? DmPermission)
{
    public static WireCommand Of(DiscordCommand command, bool isGlobal) => new(
        command.Name,
        command.Description,
        WireOption.Of(command.Options),
        command.DefaultPermissions,
        isGlobal ? command.InDirectChannels : null);
}

internal sealed record WireOption(
    int Type, string Name, string Description, bool? Required, WireOption[]? Options, WireChoice[]? Choices, bool? Autocomplete)
{
    public static WireOption[]? Of(IReadOnlyList<DiscordCommandOption> options) => options.Count == 0 ? null : [.. options.Select(Of)];

    private static WireOption Of(DiscordCommandOption option) => new(
        (int)option.Kind,
        option.Name,
        option.Description,
        option.IsRequired ? true : null,
        Of(option.Options),
        option.Choices.Count == 0 ? null : WireChoice.Of(option.Choices),
        option.IsSuggested ? true : null);
}

internal sealed record WireChoice(string Name, string Value)
{
    public static WireChoice[] Of(IEnumerable<string> values) => [.. values.Select(value => new WireChoice(value, value))];
}
