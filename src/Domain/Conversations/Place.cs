namespace MeatLizard.Domain.Conversations;

/// <summary>Where people talk, with the settings that hold there. What is null is inherited from the parent place, then from the installation.</summary>
public sealed record Place
{
    public required PlaceId Id { get; init; }

    public required PlaceKind Kind { get; init; }

    /// <summary>The place's id on its own platform (a guild's, a channel's); empty for the web.</summary>
    public required string ExternalId { get; init; }

    public required string Name { get; init; }

    public PlaceId? ParentId { get; init; }

    public string? Model { get; init; }

    public string? Persona { get; init; }

    /// <summary>BCP 47, e.g. <c>de-CH</c>.</summary>
    public string? Locale { get; init; }

    /// <summary>How long messages are kept; null keeps them.</summary>
    public TimeSpan? Retention { get; init; }
}
