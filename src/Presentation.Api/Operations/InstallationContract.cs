using System.Text.Json.Serialization;
using MeatLizard.Domain.Conversations.Choice;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Operations;

/// <summary>What holds in the whole installation.</summary>
internal sealed record InstallationContract
{
    /// <summary>Asked where neither conversation, person nor place names one; null: whichever is ready.</summary>
    public required string? Model { get; init; }

    [JsonConverter(typeof(SnakeCase<ModelStanding>))]
    public required ModelStanding ModelStanding { get; init; }

    /// <summary>The ways to workers and providers that this host has.</summary>
    public required IReadOnlyList<string> Carriers { get; init; }

    /// <summary>Of this host; hosts that share a database may differ.</summary>
    public required IReadOnlyList<ConfiguredContract> Configuration { get; init; }
}
