namespace MeatLizard.Application;

/// <summary>A unique key was taken.</summary>
/// <param name="constraint">The table whose key it is, e.g. <c>idempotency_key</c> or <c>message</c>.</param>
public sealed class DuplicateException(string constraint, Exception? inner = null) : Exception($"A unique key of {constraint} is taken.", inner)
{
    public string Constraint { get; } = constraint;
}
