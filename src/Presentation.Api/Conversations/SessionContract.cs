using System.Text.Json.Serialization;
using MeatLizard.Domain.Conversations;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Conversations;

/// <summary>A conversation.</summary>
internal sealed record SessionContract
{
    public required Guid Id { get; init; }

    [JsonConverter(typeof(SnakeCase<SessionStatus>))]
    public required SessionStatus Status { get; init; }

    public string? Title { get; init; }

    public string? Model { get; init; }

    public string? SystemPrompt { get; init; }

    public double? Temperature { get; init; }

    public string? Persona { get; init; }

    /// <summary>The end of the branch in front.</summary>
    public Guid? LeafId { get; init; }

    /// <summary>The turn that is under way.</summary>
    public Guid? OpenRequestId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}
