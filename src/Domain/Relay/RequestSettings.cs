using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Inference;

namespace MeatLizard.Domain.Relay;

/// <summary>
/// All that a prompt is made from beside the messages themselves, fixed when the turn is opened, so that every attempt
/// composes the same prompt, byte for byte.
/// </summary>
public sealed record RequestSettings
{
    /// <summary>The model asked for; null: whichever the target prefers.</summary>
    public string? Model { get; init; }

    public string? SystemPrompt { get; init; }

    public GenerationOptions Options { get; init; } = new();

    /// <summary>The first message of the branch that the prompt contains; null: all of it.</summary>
    public MessageId? ContextFrom { get; init; }

    /// <summary>The cut-off answer that is to be carried on; null for a fresh answer.</summary>
    public MessageId? Continues { get; init; }
}
