namespace MeatLizard.Testing.Models;

/// <summary>
/// The shape of a random model. The defaults make half a megabyte; 768, 12, 12, 3072 with 8192 fillers about 120 million parameters.
/// </summary>
public sealed record TestModelOptions
{
    public string Name { get; init; } = "random";
    public int Embedding { get; init; } = 64;
    public int Layers { get; init; } = 2;
    public int Heads { get; init; } = 4;
    public int FeedForward { get; init; } = 128;
    public int ContextSize { get; init; } = 2048;

    /// <summary>Words that are never said, for a vocabulary of a real size.</summary>
    public int Fillers { get; init; }

    public int Seed { get; init; } = 1;
    public bool HalfPrecision { get; init; }

    /// <summary>Probability that the next token ends the answer.</summary>
    public double EndRate { get; init; } = 0.02;

    /// <summary>Probability that the next token opens a tool call; above 0 the chat template knows tools.</summary>
    public double ToolRate { get; init; }

    /// <summary>Above 0 every answer begins inside of its reasoning, and this is the probability that the next token ends that.</summary>
    public double ReasoningEndRate { get; init; }
}
