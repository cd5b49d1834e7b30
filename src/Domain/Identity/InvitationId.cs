namespace MeatLizard.Domain.Identity;

public readonly record struct InvitationId(Guid Value)
{
    public override string ToString() => Value.ToString();
}
