using MeatLizard.Domain.Inference;

namespace MeatLizard.Application.Relay.Stateless;

/// <summary>What a stateless call asks of a model: the whole of it, for nothing is remembered from one call to the next.</summary>
public sealed record StatelessOrder
{
    public InferKind Kind { get; init; } = InferKind.Chat;

    public required string Model { get; init; }

    /// <summary>The prompt; of an embedding one message for each input.</summary>
    public required IReadOnlyList<PromptMessage> Messages { get; init; }

    public GenerationOptions Parameters { get; init; } = new();

    /// <summary>As in <see cref="Infer.Tools"/>.</summary>
    public string? Tools { get; init; }

    /// <summary>As in <see cref="Infer.ToolChoice"/>.</summary>
    public string? ToolChoice { get; init; }

    /// <summary>As in <see cref="Infer.ParallelToolCalls"/>.</summary>
    public bool? ParallelToolCalls { get; init; }

    /// <summary>As in <see cref="Infer.ResponseFormat"/>.</summary>
    public string? ResponseFormat { get; init; }

    /// <summary>The caller's own name for calls whose prompts begin alike; null: the prompt's beginning names itself.</summary>
    public string? CacheKey { get; init; }
}
