using System.Text.Json.Serialization;
using MeatLizard.Presentation.Api.Relay;

namespace MeatLizard.Presentation.Api;

/// <summary>Why a call was refused (RFC 9457).</summary>
internal sealed record Problem
{
    /// <summary>Stable: <c>urn:meatlizard:problem:</c> and the code.</summary>
    public required string Type { get; init; }

    public required string Title { get; init; }

    public required int Status { get; init; }

    /// <summary>Stable and untranslated; branch on it.</summary>
    public required string Code { get; init; }

    public required string Detail { get; init; }

    public required string TraceId { get; init; }

    /// <summary>What is wrong, by field.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>With <c>turn_open</c>: the request that is under way.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RequestReference? Request { get; init; }
}
