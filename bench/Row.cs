namespace MeatLizard.Bench;

/// <summary>One line of the table.</summary>
/// <param name="Target">Empty where none was set.</param>
/// <param name="Holds">Null where there is no target.</param>
internal sealed record Row(string What, string Ours, string Bare, string Figure, string Target, bool? Holds);
