namespace MeatLizard.Presentation.Api.Configuration;

/// <param name="Value">In force; in words where nobody has set one, and stars in place of a secret.</param>
/// <param name="Source">Where it was set: command line, environment, a file's name, or default.</param>
internal sealed record ConfiguredValue(string Path, string Value, string Source, bool IsSecret);
