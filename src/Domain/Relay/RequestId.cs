namespace MeatLizard.Domain.Relay;

public readonly record struct RequestId(Guid Value)
{
    public override string ToString() => Value.ToString();
}
