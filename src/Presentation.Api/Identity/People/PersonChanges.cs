using System.Text.Json.Serialization;
using MeatLizard.Domain.Identity;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Identity.People;

/// <summary>What is to change; what is not there stays as it is.</summary>
internal sealed record PersonChanges
{
    /// <summary>guest, member or admin.</summary>
    [JsonConverter(typeof(SnakeCase<Role>))]
    public Role? Role { get; init; }

    /// <summary>active or suspended.</summary>
    [JsonConverter(typeof(SnakeCase<UserStatus>))]
    public UserStatus? Status { get; init; }
}
