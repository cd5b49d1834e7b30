using System.Text.Json.Serialization;
using MeatLizard.Domain.Identity;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Identity.Quotas;

/// <summary>A limit to be set, in place of the one of the same scope, measure and window.</summary>
internal sealed record LimitRequest
{
    /// <summary>user, group, key, place, model or address.</summary>
    public required string Scope { get; init; }

    /// <summary>One id, a model's name, an IP address; * for each of that kind, also where nothing is said.</summary>
    public string? ScopeId { get; init; }

    /// <summary>requests, tokens or concurrency; requests where nothing is said.</summary>
    [JsonConverter(typeof(SnakeCase<LimitMeasure>))]
    public LimitMeasure Measure { get; init; }

    /// <summary>minute, hour, day, for tokens also month; nothing for concurrency.</summary>
    public string? Window { get; init; }

    /// <summary>1 to 1,000,000,000.</summary>
    public required int Amount { get; init; }
}
