using System.Text.Json.Serialization;
using MeatLizard.Domain.Identity;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Identity.People;

/// <summary>Somebody with an account, as an admin sees them.</summary>
internal sealed record PersonContract
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    /// <summary>With which they sign in; null without a password.</summary>
    public required string? Email { get; init; }

    [JsonConverter(typeof(SnakeCase<Role>))]
    public required Role Role { get; init; }

    /// <summary>active or suspended.</summary>
    [JsonConverter(typeof(SnakeCase<UserStatus>))]
    public required UserStatus Status { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
