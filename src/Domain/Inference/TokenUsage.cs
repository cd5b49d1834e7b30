namespace MeatLizard.Domain.Inference;

/// <summary>What an answer cost, in tokens, as the engine counted them.</summary>
/// <param name="PromptTokens">All tokens of the prompt, cached ones included.</param>
/// <param name="CompletionTokens">Tokens generated.</param>
/// <param name="CachedTokens">Of the prompt, those that the engine still had from an earlier turn.</param>
public sealed record TokenUsage(int PromptTokens, int CompletionTokens, int CachedTokens = 0)
{
    public int TotalTokens => PromptTokens + CompletionTokens;
}
