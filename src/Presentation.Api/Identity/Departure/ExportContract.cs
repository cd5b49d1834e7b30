using System.Text.Json;
using MeatLizard.Domain.Conversations;
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

/// <summary>What holds in one's conversations that say nothing else.</summary>
internal sealed record ExportedDefaults(string? Model, string? SystemPrompt);

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

/// <summary>An answer that was stored for a program; its messages have its id as their session's.</summary>
/// <param name="Given">What was asked for beside the input.</param>
internal sealed record ExportedResponse(Guid Id, Guid? PreviousId, bool Background, JsonElement Given, DateTimeOffset CreatedAt)
{
    public static ExportedResponse Of(StoredResponse response)
    {
        using var given = JsonDocument.Parse(response.Given);
        return new(response.Id.Value, response.PreviousId?.Value, response.Background, given.RootElement.Clone(), response.CreatedAt);
    }
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
