using System.Text.Json.Serialization;
using MeatLizard.Application.Conversations.Choice;
using MeatLizard.Domain.Conversations.Choice;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Conversations.Choice;

/// <summary>What one level says of the model.</summary>
internal sealed record WhyLevelContract
{
    [JsonConverter(typeof(SnakeCase<ModelLevel>))]
    public required ModelLevel Level { get; init; }

    /// <summary>The place's name; null at the other levels.</summary>
    public required string? Place { get; init; }

    /// <summary>Null: it says nothing.</summary>
    public required string? Model { get; init; }

    [JsonConverter(typeof(SnakeCase<ModelStanding>))]
    public required ModelStanding Standing { get; init; }

    /// <summary>Whether it would be asked if no level before it said anything.</summary>
    public required bool Usable { get; init; }

    public required string Because { get; init; }

    public static WhyLevelContract From(ExplainedLevel level) => new()
    {
        Level = level.Preference.Level,
        Place = level.Preference.Place,
        Model = level.Preference.Model,
        Standing = level.Preference.Standing,
        Usable = level.IsUsable,
        Because = level.Because,
    };
}
