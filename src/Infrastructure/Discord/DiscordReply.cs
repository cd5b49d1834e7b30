namespace MeatLizard.Infrastructure.Discord;

/// <summary>What an interaction is answered with. Nobody is pinged by it.</summary>
/// <param name="Content">Up to 2,000 characters.</param>
public sealed record DiscordReply(string Content)
{
    /// <summary>Only the caller sees it. Where an answer was deferred, the deferral has decided that.</summary>
    public bool IsEphemeral { get; init; } = true;

    public IReadOnlyList<DiscordFile> Files { get; init; } = [];

    /// <summary>Without the content.</summary>
    public override string ToString() => $"DiscordReply {Content.Length} characters, {Files.Count} files";
}
