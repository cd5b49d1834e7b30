namespace MeatLizard.Domain.Conversations;

public readonly record struct SessionId(Guid Value)
{
    public override string ToString() => Value.ToString();
}
