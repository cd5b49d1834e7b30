using System.Buffers;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Inference;

namespace MeatLizard.Infrastructure.Relay.Frames;

/// <summary>What the types of a message's fields don't say. A peer that holds the key may still be wrong.</summary>
internal static class RelayMessageRules
{
    private const int HashDigits = 64;

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    /// <summary>The message with what its sender left out, or null when it breaks a rule.</summary>
    public static RelayMessage? Completed(RelayMessage? message)
    {
        if (message is IAttemptMessage { Attempt: < 1 }) return null;

        return message switch
        {
            Infer infer => Completed(infer),
            Ping ping => ping.Challenge.Length > 0 ? ping : null,
            Rotate rotate => rotate.Root.Length == RelayRoot.Size && rotate.Root.AsSpan().ContainsAnyExcept((byte)0) ? rotate : null,
            Resend resend => resend.From >= 0 ? resend : null,
            Hello hello => Completed(hello),
            Heartbeat beat => beat is { Number: >= 0, SlotsFree: >= 0, TokensPerSecond: >= 0 and < double.PositiveInfinity } ? beat : null,
            Progress progress => progress.Fraction is >= 0 and <= 1 ? progress : null,
            Chunk chunk => chunk is { Sequence: >= 0, Part: >= 0 } ? chunk : null,
            Embedding embedding => embedding.Index >= 0 && Finite(embedding.Vector) ? embedding : null,
            Done done => done.Chunks >= 0 && Holds(done.Usage) && Holds(done.Timings) && Hashes(done.PartHashes) ? done : null,
            Failed failed => failed is { Chunks: >= 0, PromptTokens: null or >= 0 } ? failed : null,
            _ => message,
        };
    }

    private static Infer? Completed(Infer infer)
    {
        foreach (var prompt in infer.Messages)
        {
            if (prompt is null) return null;

            foreach (var part in prompt.Parts)
                if (part is null) return null;
        }

        // A field that is missing is null here, whatever the record's initialiser says.
        var parameters = infer.Parameters ?? new GenerationOptions();
        if (parameters.Stop is null) parameters = parameters with { Stop = [] };
        if (parameters.MaxTokens < 0) return null;
        if (!double.IsFinite(parameters.Temperature ?? 0) || !double.IsFinite(parameters.TopP ?? 0)) return null;
        if (!double.IsFinite(parameters.FrequencyPenalty ?? 0) || !double.IsFinite(parameters.PresencePenalty ?? 0)) return null;

        foreach (var stop in parameters.Stop)
            if (stop is null) return null;

        return ReferenceEquals(parameters, infer.Parameters) ? infer : infer with { Parameters = parameters };
    }

    private static Hello? Completed(Hello hello)
    {
        if (hello.WorkerEpoch.Length != WorkerEpoch.Size || WorkerEpoch.FromBytes(hello.WorkerEpoch).IsNone || hello.Slots < 0) return null;

        foreach (var model in hello.Models)
            if (model is null or { ContextSize: < 0 } or { Slots: < 0 } or { SizeBytes: < 0 }) return null;

        foreach (var kept in hello.Kept ?? [])
            if (kept is null or { Attempt: < 1 }) return null;

        return hello.Challenge is null ? hello with { Challenge = [] } : hello;
    }

    private static bool Finite(IReadOnlyList<float> vector)
    {
        foreach (var value in vector)
            if (!float.IsFinite(value)) return false;

        return true;
    }

    private static bool Holds(TokenUsage usage) => usage is { PromptTokens: >= 0, CompletionTokens: >= 0, CachedTokens: >= 0 };

    private static bool Holds(EngineTimings? timings) => timings is null or
    { PromptMs: >= 0 and < double.PositiveInfinity, PredictedMs: >= 0 and < double.PositiveInfinity };

    private static bool Hashes(IReadOnlyList<string> hashes)
    {
        foreach (var hash in hashes)
            if (hash is not { Length: HashDigits } || hash.AsSpan().ContainsAnyExcept(LowerHex)) return false;

        return true;
    }
}
