namespace MeatLizard.Application.Relay;

/// <summary>The engine's own figures for one answer, in milliseconds.</summary>
/// <param name="PromptMs">Processing the part of the prompt that was not cached.</param>
/// <param name="PredictedMs">Generating.</param>
public sealed record EngineTimings(double PromptMs, double PredictedMs);
