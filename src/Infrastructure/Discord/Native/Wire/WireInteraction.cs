using System.Text.Json;

namespace MeatLizard.Infrastructure.Discord.Native.Wire;

internal sealed record WireInteraction(
    Snowflake Id,
    Snowflake ApplicationId,
    string Token,
    int Type,
    WireInteractionData? Data,
    Snowflake? GuildId,
    Snowflake? ChannelId,
    WireMember? Member,
    WireUser? User,
    string? Locale)
{
    private const int Ping = 1;

    /// <summary>Null for what nobody can answer.</summary>
    public DiscordInteraction? ToInteraction()
    {
        if (Type == Ping || (Member?.User ?? User) is not { } caller)
        {
            return null;
        }

        var path = new List<string>();
        var arguments = new Dictionary<string, string>();
        if (Data?.Name is { } command)
        {
            path.Add(command);
            Read(Data.Options, path, arguments);
        }

        return new(
            Id,
            ApplicationId,
            Token,
            (DiscordInteractionKind)Type,
            path,
            arguments,
            Data?.CustomId,
            GuildId,
            ChannelId,
            caller.ToUser(),
            Member?.Permissions ?? DiscordPermissions.None,
            Member?.Roles ?? [],
            Locale);
    }

    private static void Read(WireArgument[]? options, List<string> path, Dictionary<string, string> arguments)
    {
        foreach (var option in options ?? [])
        {
            if ((DiscordOptionKind)option.Type is DiscordOptionKind.SubCommand or DiscordOptionKind.SubCommandGroup)
            {
                path.Add(option.Name);
                Read(option.Options, path, arguments);
            }
            else if (option.Value is { } value)
            {
                arguments[option.Name] = value.ValueKind switch
                {
                    JsonValueKind.String => value.GetString()!,
                    JsonValueKind.True => "true",
                    JsonValueKind.False => "false",
                    _ => value.GetRawText(),
                };
            }
        }
    }
}

internal sealed record WireInteractionData(string? Name, string? CustomId, WireArgument[]? Options);

internal sealed record WireArgument(string Name, int Type, JsonElement? Value, WireArgument[]? Options);

/// <summary>The first answer to an interaction.</summary>
internal sealed record WireCallback(int Type, WireCallbackData? Data)
{
    public const int Message = 4;
    public const int Deferred = 5;
    public const int Choices = 8;
}

internal sealed record WireCallbackData(
    string? Content, WireAllowedMentions? AllowedMentions, WireFile[]? Attachments, int? Flags, WireChoice[]? Choices);
