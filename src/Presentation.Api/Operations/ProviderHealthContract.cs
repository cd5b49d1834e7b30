using System.Text.Json.Serialization;
using MeatLizard.Application.Relay.Providers;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Operations;

/// <param name="Circuit">closed: it is asked; open: it failed too often and rests; half_open: the next question shows whether it is well again.</param>
/// <param name="Cause">Why it is not asked; null while it is.</param>
/// <param name="RetriesAt">When it is asked again.</param>
internal sealed record ProviderHealthContract(
    string Name,
    IReadOnlyList<string> Models,
    [property: JsonConverter(typeof(SnakeCase<CircuitPhase>))] CircuitPhase Circuit,
    string? Code,
    string? Cause,
    DateTimeOffset? RetriesAt);
