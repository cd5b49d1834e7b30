using MeatLizard.Application.Identity.Quotas;

namespace MeatLizard.Application;

/// <summary>Why a use case did not happen. Refusals are values: they are expected, and callers branch on them.</summary>
/// <param name="Code">Stable, untranslated, snake_case.</param>
/// <param name="Detail">One sentence for a person.</param>
public sealed record Refusal(RefusalKind Kind, string Code, string Detail)
{
    /// <summary>What is wrong, by field, in the names callers use.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>After this time it may be granted; for <see cref="RefusalKind.Limited"/>.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What was asked of the limits, when one of them was met.</summary>
    public RateVerdict? Limits { get; init; }

    /// <summary>The request that stands in the way; with <c>turn_open</c>.</summary>
    public Guid? RequestId { get; init; }

    public static Refusal NotFound { get; } = new(RefusalKind.NotFound, "not_found", "There is no such thing here.");

    /// <summary>To people and programs that ask: what they wanted could not be looked up or written down just now.</summary>
    public static Refusal Busy { get; } =
        new(RefusalKind.Unavailable, "busy", "The database is busy. Try again in a moment.") { RetryAfter = TimeSpan.FromSeconds(1) };

    public static Refusal Invalid(string field, string code, string detail) =>
        new(RefusalKind.Invalid, code, detail) { Errors = new Dictionary<string, string[]> { [field] = [detail] } };
}
