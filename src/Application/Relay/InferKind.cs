namespace MeatLizard.Application.Relay;

public enum InferKind
{
    Chat,
    Embed,
}
