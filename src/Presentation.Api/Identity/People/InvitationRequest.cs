using System.Text.Json.Serialization;
using MeatLizard.Domain.Identity;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Identity.People;

internal sealed record InvitationRequest
{
    /// <summary>guest, member or admin; member where nothing is said.</summary>
    [JsonConverter(typeof(SnakeCase<Role>))]
    public Role Role { get; init; } = Role.Member;

    /// <summary>For whom it is; 1 to 200 characters.</summary>
    public string? Note { get; init; }

    /// <summary>1 to 720; 168, a week, where nothing is said.</summary>
    public int? ValidForHours { get; init; }
}
