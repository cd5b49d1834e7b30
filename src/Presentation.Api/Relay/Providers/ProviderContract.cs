using System.Text.Json.Serialization;
using MeatLizard.Application.Relay.Providers;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Relay.Providers;

/// <summary>A provider as an admin sees it. Its key is never among it.</summary>
internal sealed record ProviderContract
{
    public required string Id { get; init; }

    /// <summary>OpenAI, Anthropic or Gemini.</summary>
    public required string Kind { get; init; }

    public required string BaseUrl { get; init; }

    /// <summary>The first is the usual one.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>It stands in the server's configuration.</summary>
    public required bool Configured { get; init; }

    /// <summary>An admin has said something of it, which can be taken back.</summary>
    public required bool Kept { get; init; }

    /// <summary>none, configured or kept (in the database, sealed).</summary>
    public required string Key { get; init; }

    public required string Thinking { get; init; }

    public required double PatienceSeconds { get; init; }

    /// <summary>Lower is asked first.</summary>
    public required int Order { get; init; }

    /// <summary>closed: it is asked; open: it failed too often and rests; half_open: the next question shows whether it is well again.</summary>
    [JsonConverter(typeof(SnakeCase<CircuitPhase>))]
    public required CircuitPhase Circuit { get; init; }

    /// <summary>Why it is not asked; null while it is.</summary>
    public string? Code { get; init; }

    public string? Cause { get; init; }

    /// <summary>When it is asked again; null while it is, and when somebody has to do something before.</summary>
    public DateTimeOffset? RetriesAt { get; init; }

    /// <summary>Of a million tokens of prompts.</summary>
    public decimal? InputPrice { get; init; }

    /// <summary>Of a million tokens of answers.</summary>
    public decimal? OutputPrice { get; init; }

    public required string Currency { get; init; }

    /// <summary>What may be spent in a calendar month (UTC); null: as much as it likes.</summary>
    public decimal? MonthlyBudget { get; init; }

    /// <summary>In this calendar month, over all hosts.</summary>
    public required decimal Spent { get; init; }
}
