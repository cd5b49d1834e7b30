namespace MeatLizard.Presentation.Api.Operations;

/// <param name="Status">ok</param>
internal sealed record HealthContract(string Status);
