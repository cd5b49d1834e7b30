using System.Text.Json.Serialization;
using MeatLizard.Domain.Identity;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Identity.People;

/// <summary>A link with which one person makes one account.</summary>
internal sealed record PersonInvitationContract
{
    public required Guid Id { get; init; }

    [JsonConverter(typeof(SnakeCase<Role>))]
    public required Role Role { get; init; }

    public string? Note { get; init; }

    /// <summary>open, used, revoked or expired.</summary>
    public required string State { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public Guid? UsedBy { get; init; }

    /// <summary>Where the invited go; told when the invitation is made, this once.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Link { get; init; }
}
