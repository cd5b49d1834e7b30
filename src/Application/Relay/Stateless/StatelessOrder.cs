using MeatLizard.Application.Relay.Caching;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay.Stateless;

/// <summary>What a stateless call asks of a model: the whole of it, for nothing is remembered from one call to the next.</summary>
public sealed record StatelessOrder
{
    /// <summary>The name of no model: whichever the caller, or the installation, has chosen for those that name none.</summary>
    public const string Default = "default";

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

    /// <summary>How many images its messages bring. Only a model that takes images may be asked where there are any.</summary>
    public int Images => Messages.Sum(message => message.Parts.Count(part => part is ImagePart));

    /// <summary>Whether a kept answer will do, and whether the new one is kept.</summary>
    public CacheUse Cache { get; init; }

    /// <summary>What a worker is told of one attempt.</summary>
    /// <param name="model">As the worker calls it.</param>
    /// <param name="budget">How long it may take.</param>
    internal Infer For(RequestId call, int attempt, string cacheName, string model, TimeSpan budget) => new()
    {
        RequestId = call,
        Attempt = attempt,
        SessionId = cacheName,
        Kind = Kind,
        Model = model,
        Messages = Messages,
        Parameters = Parameters,
        Tools = Tools,
        ToolChoice = ToolChoice,
        ParallelToolCalls = ParallelToolCalls,
        ResponseFormat = ResponseFormat,
        Budget = budget,
    };
}
