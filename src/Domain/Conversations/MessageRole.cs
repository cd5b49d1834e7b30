namespace MeatLizard.Domain.Conversations;

public enum MessageRole
{
    System,
    User,
    Assistant,
    Tool,
}
