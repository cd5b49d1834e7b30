using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Conversations.Choice;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Inference;

namespace MeatLizard.Domain.Relay;

/// <summary>
/// All that a prompt is made from beside the messages themselves, and who may answer it, fixed when the turn is opened, so that every
/// attempt composes the same prompt, byte for byte.
/// </summary>
public sealed record RequestSettings
{
    /// <summary>The model asked for; null: whichever the target prefers.</summary>
    public string? Model { get; init; }

    /// <summary>Who named it; null where nobody did.</summary>
    public ModelLevel? ChosenBy { get; init; }

    public string? SystemPrompt { get; init; }

    public GenerationOptions Options { get; init; } = new();

    /// <summary>The first message of the branch that the prompt contains; null: all of it.</summary>
    public MessageId? ContextFrom { get; init; }

    /// <summary>The cut-off answer that is to be carried on; null for a fresh answer.</summary>
    public MessageId? Continues { get; init; }

    /// <summary>The API key that asked; null for a browser.</summary>
    public ApiKeyId? Key { get; init; }

    /// <summary>The names of the only models that may answer, for that key may ask no others; empty: any.</summary>
    public IReadOnlyList<string> OnlyModels { get; init; } = [];

    /// <summary>What a program asks for; null where a person asks.</summary>
    public CallTerms? Call { get; init; }

    /// <summary>Whether something is held of its asker's quotas, to be settled when it ends.</summary>
    public bool HoldsQuota { get; init; }
}
