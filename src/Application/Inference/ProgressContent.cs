using Microsoft.Extensions.AI;

namespace MeatLizard.Application.Inference;

/// <summary>What an engine is busy with before its first token; never part of the answer.</summary>
public sealed class ProgressContent(string phase, double fraction) : AIContent
{
    /// <summary>The model is being read, or the request waits for its turn on it. The fraction stays 0: nobody knows it.</summary>
    public const string Loading = "loading";

    /// <summary>The prompt is being processed.</summary>
    public const string Prompt = "prompt";

    public string Phase { get; } = phase;

    public double Fraction { get; } = fraction;
}
