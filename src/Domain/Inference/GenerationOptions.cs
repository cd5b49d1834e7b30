namespace MeatLizard.Domain.Inference;

/// <summary>How an answer is to be generated. What is null is left to the model's own settings.</summary>
public sealed record GenerationOptions
{
    /// <summary>0 to 2.</summary>
    public double? Temperature { get; init; }

    /// <summary>0 to 1.</summary>
    public double? TopP { get; init; }

    /// <summary>The most tokens to generate, from 1.</summary>
    public int? MaxTokens { get; init; }

    public long? Seed { get; init; }

    /// <summary>-2 to 2: how much less likely a word becomes each time it is said.</summary>
    public double? FrequencyPenalty { get; init; }

    /// <summary>-2 to 2: how much less likely a word becomes once it was said.</summary>
    public double? PresencePenalty { get; init; }

    public IReadOnlyList<string> Stop { get; init; } = [];
}
