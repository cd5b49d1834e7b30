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

    /// <summary>It turns texts into vectors, and does nothing else.</summary>
    public bool Embeds { get; init; }

    /// <summary>The model of this name, or with null the one that is taken for a conversation that names none; null when there is no such model.</summary>
    /// <param name="models">In the order in which they are taken.</param>
    public static ModelDescriptor? Find(IEnumerable<ModelDescriptor> models, string? name) => name is null
        ? models.FirstOrDefault(model => !model.Embeds)
        : models.FirstOrDefault(model => string.Equals(model.Name, name, StringComparison.OrdinalIgnoreCase));
}
