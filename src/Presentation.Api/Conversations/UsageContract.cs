namespace MeatLizard.Presentation.Api.Conversations;

/// <summary>What an answer cost, in tokens.</summary>
internal sealed record UsageContract
{
    public required int PromptTokens { get; init; }

    public required int CompletionTokens { get; init; }

    /// <summary>Of the prompt, those that did not have to be processed again.</summary>
    public required int CachedTokens { get; init; }

    public required int TotalTokens { get; init; }
}
