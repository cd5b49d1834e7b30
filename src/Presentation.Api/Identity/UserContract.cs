using System.Text.Json.Serialization;
using MeatLizard.Domain.Identity;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Identity;

/// <summary>Who one is.</summary>
internal sealed record UserContract
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    /// <summary>With which they sign in; null without a password.</summary>
    public required string? Email { get; init; }

    [JsonConverter(typeof(SnakeCase<Role>))]
    public required Role Role { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
