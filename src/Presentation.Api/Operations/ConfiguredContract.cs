namespace MeatLizard.Presentation.Api.Operations;

/// <summary>What the configuration says of one key; it is changed there, and holds from the next start on.</summary>
/// <param name="Value">In words where nobody has set one; of a secret stars.</param>
/// <param name="Source">Where it was set: command line, environment, a file's name, or default.</param>
internal sealed record ConfiguredContract(string Key, string Value, string Source);
