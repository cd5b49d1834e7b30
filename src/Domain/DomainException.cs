namespace MeatLizard.Domain;

/// <summary>A rule of the domain refused a verb.</summary>
/// <param name="code">Stable, untranslated code in snake_case, e.g. <c>turn_open</c>. Callers may branch on it.</param>
/// <param name="message">One sentence for a person.</param>
public sealed class DomainException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
