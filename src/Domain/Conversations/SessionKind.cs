namespace MeatLizard.Domain.Conversations;

public enum SessionKind
{
    /// <summary>A conversation that its owner sees.</summary>
    Chat,

    /// <summary>What a <see cref="StoredResponse"/> is made of: one turn. No list of conversations has it.</summary>
    Response,
}
