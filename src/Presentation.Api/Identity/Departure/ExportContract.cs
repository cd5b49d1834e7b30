using MeatLizard.Domain.Relay;

namespace MeatLizard.Presentation.Api.Identity.Departure;

/// <param name="Format">Rises when lines change in a way that a reader must know of.</param>
internal sealed record ExportedHead(int Format, DateTimeOffset At);

/// <summary>A way in which one is known; its secret is not told.</summary>
internal sealed record ExportedIdentity(string Provider, string Subject);

/// <summary>A link to another password that is open.</summary>
internal sealed record ExportedRecovery(DateTimeOffset ExpiresAt);

/// <summary>A group that one is in.</summary>
internal sealed record ExportedGroup(Guid Id, string Name);

/// <summary>What an answer was asked for with, beside the messages.</summary>
internal sealed record ExportedSettings(
    string? Model,
    string? SystemPrompt,
    double? Temperature,
    double? TopP,
    int? MaxTokens,
    long? Seed,
    IReadOnlyList<string> Stop,
    Guid? ContextFrom,
    Guid? Continues)
{
    public static ExportedSettings Of(RequestSettings settings) => new(
        settings.Model,
        settings.SystemPrompt,
        settings.Options.Temperature,
        settings.Options.TopP,
        settings.Options.MaxTokens,
        settings.Options.Seed,
        settings.Options.Stop,
        settings.ContextFrom?.Value,
        settings.Continues?.Value);
}

internal sealed record ExportedUsage(
    Guid RequestId,
    string? Model,
    int PromptTokens,
    int CompletionTokens,
    int CachedTokens,
    Guid? KeyId,
    Guid? PlaceId,
    bool FromCache,
    DateTimeOffset CreatedAt);

/// <param name="Lines">Before this one: whoever finds it has all of them.</param>
internal sealed record ExportedEnd(long Lines);
