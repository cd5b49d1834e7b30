namespace MeatLizard.Domain.Conversations;

/// <summary>One step of the ladder that decides who answers.</summary>
public enum FallbackRung
{
    /// <summary>A worker, then another one.</summary>
    Worker,

    /// <summary>A cloud provider.</summary>
    Provider,

    /// <summary>The server-side Markov generator, labelled as what it is.</summary>
    Markov,

    /// <summary>An honest notice; always the last rung.</summary>
    Notify,
}
