using System.Text.Json.Serialization;
using MeatLizard.Domain.Identity;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Identity.Quotas;

/// <summary>A limit that holds for the caller, and how far it is used.</summary>
internal sealed record LimitUseContract
{
    /// <summary>user, group, key, place, model or address.</summary>
    public required string Scope { get; init; }

    /// <summary>Whose count it is, where there may be several: the group's, key's, place's or model's name.</summary>
    public required string? Name { get; init; }

    [JsonConverter(typeof(SnakeCase<LimitMeasure>))]
    public required LimitMeasure Measure { get; init; }

    /// <summary>minute, hour, day or month; null for concurrency.</summary>
    public required string? Window { get; init; }

    public required int Amount { get; init; }

    /// <summary>By all whom the scope names together; what is held for open answers is part of it.</summary>
    public required int Used { get; init; }

    public required int Remaining { get; init; }

    /// <summary>When its window begins anew; null for concurrency, and while nothing is used of a window that begins with the first request.</summary>
    public required DateTimeOffset? ResetsAt { get; init; }
}
