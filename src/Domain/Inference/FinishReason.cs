namespace MeatLizard.Domain.Inference;

public enum FinishReason
{
    /// <summary>The model ended its turn.</summary>
    Stop,

    /// <summary>The token limit or the context was reached.</summary>
    Length,

    /// <summary>The model asks for a tool.</summary>
    ToolCalls,
}
