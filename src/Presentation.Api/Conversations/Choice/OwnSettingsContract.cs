using System.Text.Json.Serialization;
using MeatLizard.Application.Conversations.Choice;
using MeatLizard.Domain.Conversations.Choice;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Conversations.Choice;

/// <summary>What holds in one's conversations that say nothing else.</summary>
internal sealed record OwnSettingsContract
{
    /// <summary>Null: as place and installation have it.</summary>
    public required string? Model { get; init; }

    [JsonConverter(typeof(SnakeCase<ModelStanding>))]
    public required ModelStanding ModelStanding { get; init; }

    public required string? SystemPrompt { get; init; }

    public static OwnSettingsContract From(OwnDefaults own) =>
        new() { Model = own.Said.Model, ModelStanding = own.Standing, SystemPrompt = own.Said.SystemPrompt };
}
