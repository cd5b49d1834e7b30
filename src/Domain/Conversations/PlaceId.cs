namespace MeatLizard.Domain.Conversations;

public readonly record struct PlaceId(Guid Value)
{
    public override string ToString() => Value.ToString();
}
