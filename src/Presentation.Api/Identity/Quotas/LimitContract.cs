using System.Text.Json.Serialization;
using MeatLizard.Domain.Identity;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Identity.Quotas;

/// <summary>How much a scope may use.</summary>
internal sealed record LimitContract
{
    /// <summary>To take it away by.</summary>
    public required string Id { get; init; }

    /// <summary>user, group, key, place, model or address.</summary>
    public required string Scope { get; init; }

    /// <summary>One of that kind, or * for each that has no limit of its own.</summary>
    public required string ScopeId { get; init; }

    /// <summary>requests, tokens or concurrency: answers open at the same time.</summary>
    [JsonConverter(typeof(SnakeCase<LimitMeasure>))]
    public required LimitMeasure Measure { get; init; }

    /// <summary>minute, hour, day or month; null for concurrency.</summary>
    public required string? Window { get; init; }

    public required int Amount { get; init; }
}
