namespace MeatLizard.Domain.Relay;

public enum ChunkKind
{
    Text,
    Reasoning,

    /// <summary>The text of the part is one JSON object {id, name, arguments}.</summary>
    ToolCall,
}
