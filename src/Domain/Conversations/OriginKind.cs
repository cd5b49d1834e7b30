namespace MeatLizard.Domain.Conversations;

public enum OriginKind
{
    Worker,
    Provider,
    Fallback,
}
