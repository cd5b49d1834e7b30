namespace MeatLizard.Presentation.Api.Operations;

/// <param name="Status">ok or away.</param>
/// <param name="AwaySince">Null while it answers.</param>
internal sealed record AcceleratorHealthContract(string Name, string Status, DateTimeOffset? AwaySince);
