using MeatLizard.Application.Relay;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Inference;

/// <summary>What an engine says while it answers.</summary>
public abstract record AnswerPiece;

/// <summary>Often one token; a tool call comes whole.</summary>
public sealed record GeneratedPiece(ChunkKind Kind, string Text) : AnswerPiece;

/// <summary>What one text of an embedding was turned into.</summary>
/// <param name="Index">Of the text, from 0.</param>
public sealed record VectorPiece(int Index, IReadOnlyList<float> Vector) : AnswerPiece;

/// <summary>Before the first token.</summary>
public sealed record ProgressPiece(ProgressPhase Phase, double Fraction) : AnswerPiece;

/// <summary>The last one.</summary>
public sealed record FinishPiece(FinishReason Reason, TokenUsage Usage, EngineTimings? Timings) : AnswerPiece;
