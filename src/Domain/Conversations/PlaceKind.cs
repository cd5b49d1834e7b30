namespace MeatLizard.Domain.Conversations;

public enum PlaceKind
{
    Web,
    Guild,
    Channel,
    DirectMessage,
}
