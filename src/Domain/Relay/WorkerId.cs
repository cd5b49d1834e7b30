namespace MeatLizard.Domain.Relay;

/// <summary>A worker's configured name, e.g. <c>local</c> or <c>anna-mac</c>.</summary>
public readonly record struct WorkerId(string Value)
{
    public override string ToString() => Value;
}
