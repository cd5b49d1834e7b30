namespace MeatLizard.Application.Relay;

/// <summary>What a worker does before the first token.</summary>
public enum ProgressPhase
{
    /// <summary>The model is being loaded.</summary>
    Loading,

    /// <summary>The prompt is being processed; at a fraction of 1 it has been, and what is being written is told when it is whole.</summary>
    Prompt,
}
