namespace MeatLizard.Domain.Identity;

public readonly record struct UserId(Guid Value)
{
    public override string ToString() => Value.ToString();
}
