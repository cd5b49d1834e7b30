using System.Text.Json.Serialization;
using MeatLizard.Presentation.Api.Relay;

namespace MeatLizard.Presentation.Api.Conversations;

/// <summary>A turn that was taken on.</summary>
internal sealed record TurnContract
{
    /// <summary>What is to be answered.</summary>
    public required MessageContract Message { get; init; }

    public required RequestReference Request { get; init; }

    /// <summary>The answer, for a caller that waited for it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MessageContract? Reply { get; init; }
}
