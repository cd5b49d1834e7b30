namespace MeatLizard.Domain.Conversations;

public readonly record struct MessageId(Guid Value)
{
    public override string ToString() => Value.ToString();
}
