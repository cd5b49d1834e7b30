namespace MeatLizard.Domain.Identity;

public readonly record struct GroupId(Guid Value)
{
    public override string ToString() => Value.ToString();
}
