using System.Text.Json.Serialization;
using MeatLizard.Domain.Operations;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Operations;

/// <summary>Who has asked for what, and what came of it.</summary>
internal sealed record AuditContract
{
    public required Guid Id { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Who vouches for the subject: user for an account here, or discord.</summary>
    public required string Provider { get; init; }

    public required string Subject { get; init; }

    /// <summary>What they were called at the time.</summary>
    public required string Name { get; init; }

    /// <summary>A Discord guild; null on the web.</summary>
    public string? Place { get; init; }

    public required string Action { get; init; }

    public string? Target { get; init; }

    /// <summary>begun, done, refused or failed.</summary>
    [JsonConverter(typeof(SnakeCase<AuditOutcome>))]
    public required AuditOutcome Outcome { get; init; }

    /// <summary>Why it was refused.</summary>
    public string? Code { get; init; }
}
