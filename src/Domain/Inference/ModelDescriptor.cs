namespace MeatLizard.Domain.Inference;

/// <summary>A model that a worker can answer with, as everyone else needs to know it.</summary>
public sealed record ModelDescriptor
{
    public required string Name { get; init; }

    /// <summary>What the file calls itself, for people.</summary>
    public string? Title { get; init; }

    /// <summary>Tokens that one conversation can hold: prompt and answer together.</summary>
    public required int ContextSize { get; init; }

    /// <summary>Answers that can be generated at the same time.</summary>
    public required int Slots { get; init; }

    public required long SizeBytes { get; init; }

    public bool SupportsTools { get; init; }

    public bool SupportsReasoning { get; init; }

    /// <summary>Messages may bring images.</summary>
    public bool SupportsImages { get; init; }
}
