using System.Text.Json.Serialization;
using MeatLizard.Domain.Conversations;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Conversations;

/// <summary>Where an answer came from.</summary>
internal sealed record OriginContract
{
    [JsonConverter(typeof(SnakeCase<OriginKind>))]
    public required OriginKind Kind { get; init; }

    public required string Name { get; init; }

    public string? Model { get; init; }
}
