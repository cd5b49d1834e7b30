using System.Text.Json.Serialization;
using MeatLizard.Application.Conversations.Choice;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Conversations.Choice;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Conversations.Choice;

/// <summary>Where people talk, and what holds there.</summary>
internal sealed record PlaceContract
{
    public required Guid Id { get; init; }

    [JsonConverter(typeof(SnakeCase<PlaceKind>))]
    public required PlaceKind Kind { get; init; }

    public required string Name { get; init; }

    public required Guid? ParentId { get; init; }

    /// <summary>Null: as the place around it, then the installation.</summary>
    public required string? Model { get; init; }

    [JsonConverter(typeof(SnakeCase<ModelStanding>))]
    public required ModelStanding ModelStanding { get; init; }

    public static PlaceContract From(PlaceOverview overview) => new()
    {
        Id = overview.Place.Id.Value,
        Kind = overview.Place.Kind,
        Name = overview.Place.Name,
        ParentId = overview.Place.ParentId?.Value,
        Model = overview.Place.Model,
        ModelStanding = overview.Standing,
    };
}
