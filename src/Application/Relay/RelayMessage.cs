using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

/// <summary>What server and worker say to each other, whatever carries it. The bytes are Infrastructure's business (ML1).</summary>
public abstract record RelayMessage;

/// <summary>A message from the server to a worker.</summary>
public abstract record ToWorker : RelayMessage;

/// <summary>A message from a worker to the server.</summary>
public abstract record ToServer : RelayMessage;

/// <summary>One of the two directions' messages about one attempt at one request.</summary>
public interface IAttemptMessage
{
    RequestId RequestId { get; }

    /// <summary>From 1; a message about another attempt than the current one is ignored.</summary>
    int Attempt { get; }
}

/// <summary>Generate an answer.</summary>
public sealed record Infer : ToWorker, IAttemptMessage
{
    public required RequestId RequestId { get; init; }

    public required int Attempt { get; init; }

    /// <summary>Names the conversation to the engine's prompt cache; equal for all turns of one session.</summary>
    public required string SessionId { get; init; }

    public InferKind Kind { get; init; } = InferKind.Chat;

    public required string Model { get; init; }

    public required IReadOnlyList<PromptMessage> Messages { get; init; }

    public GenerationOptions Parameters { get; init; } = new();

    /// <summary>Tool definitions as a JSON array, or null.</summary>
    public string? Tools { get; init; }

    /// <summary>As JSON (a string or an object), or null.</summary>
    public string? ToolChoice { get; init; }

    /// <summary>Whether the model may ask for several tools at once; null: as its engine has it.</summary>
    public bool? ParallelToolCalls { get; init; }

    /// <summary>As a JSON object, or null.</summary>
    public string? ResponseFormat { get; init; }

    /// <summary>How long the worker may take in all; a duration, because clocks differ.</summary>
    public required TimeSpan Budget { get; init; }
}

/// <summary>Stop an attempt and free its slot.</summary>
public sealed record Cancel(RequestId RequestId, int Attempt) : ToWorker, IAttemptMessage;

/// <summary>Finish what is running, take nothing new.</summary>
public sealed record Drain : ToWorker;

/// <summary>Say hello again, with this challenge. The only message a server can send before it knows the worker's epoch.</summary>
public sealed record Ping(byte[] Challenge) : ToWorker;

/// <summary>The worker's hello was taken.</summary>
public sealed record Welcome : ToWorker;

/// <summary>From the next connection on, prove yourself by this root; the one before is valid until you have.</summary>
/// <param name="Root">32 bytes.</param>
public sealed record Rotate(byte[] Root) : ToWorker
{
    /// <summary>Without the root, which a record would print.</summary>
    public override string ToString() => nameof(Rotate);
}

/// <summary>The attempt's end is committed; the worker may forget it.</summary>
public sealed record Ack(RequestId RequestId, int Attempt) : ToWorker, IAttemptMessage;

/// <summary>Send the chunks again from this sequence on.</summary>
public sealed record Resend(RequestId RequestId, int Attempt, int From) : ToWorker, IAttemptMessage;

/// <summary>A worker has come up, or answers a ping.</summary>
public sealed record Hello : ToServer
{
    /// <summary>16 random bytes drawn when the worker's process started.</summary>
    public required byte[] WorkerEpoch { get; init; }

    /// <summary>Echo of the ping's challenge; empty when the worker speaks first on a carrier that needs none.</summary>
    public byte[] Challenge { get; init; } = [];

    public required string Version { get; init; }

    public required IReadOnlyList<ModelDescriptor> Models { get; init; }

    /// <summary>How many answers it can generate at once.</summary>
    public required int Slots { get; init; }

    /// <summary>Free text for the operator, e.g. <c>Apple M2, 16 GB</c>.</summary>
    public string? Hardware { get; init; }

    /// <summary>Why it cannot answer although it is there, e.g. that it has no model and how to get one.</summary>
    public string? Problem { get; init; }

    /// <summary>Attempts of an earlier process, whose end this one is going to say; null when there are none.</summary>
    public IReadOnlyList<KeptAttempt>? Kept { get; init; }
}

/// <summary>How the worker is.</summary>
/// <param name="Number">Rises from 0 with every beat of this worker process.</param>
/// <param name="SlotsFree">Slots not generating now.</param>
/// <param name="TokensPerSecond">Over all slots, lately.</param>
/// <param name="Power">Null where the host cannot tell.</param>
public sealed record Heartbeat(long Number, int SlotsFree, double TokensPerSecond, string? Gpu = null, string? Power = null, string? Thermal = null)
    : ToServer
{
    /// <summary>Why the worker takes nothing new for now, in words for the operator; null when it does.</summary>
    public string? Draining { get; init; }

    /// <summary>How much of the machine's memory is in use, in words; null where it cannot tell.</summary>
    public string? Memory { get; init; }

    /// <summary>The same of its GPUs' memory.</summary>
    public string? GpuMemory { get; init; }
}

/// <summary>The attempt is taken on; an answer or a failure will follow.</summary>
public sealed record Accepted(RequestId RequestId, int Attempt) : ToServer, IAttemptMessage;

/// <summary>The attempt is not taken on: busy, draining, on battery, unknown model. No job exists.</summary>
public sealed record Refused(RequestId RequestId, int Attempt, string Code) : ToServer, IAttemptMessage;

/// <param name="Phase">What the worker is doing before the first token.</param>
/// <param name="Fraction">0 to 1.</param>
public sealed record Progress(RequestId RequestId, int Attempt, ProgressPhase Phase, double Fraction) : ToServer, IAttemptMessage;

/// <summary>A piece of the answer.</summary>
/// <param name="Sequence">From 0 within the attempt; the server puts chunks in order by it.</param>
/// <param name="Part">Which part of the answer, from 0; a part has one kind.</param>
public sealed record Chunk(RequestId RequestId, int Attempt, int Sequence, int Part, ChunkKind Kind, string Text) : ToServer, IAttemptMessage;

public sealed record Embedding(RequestId RequestId, int Attempt, int Index, IReadOnlyList<float> Vector) : ToServer, IAttemptMessage;

/// <summary>The answer is complete.</summary>
public sealed record Done : ToServer, IAttemptMessage
{
    public required RequestId RequestId { get; init; }

    public required int Attempt { get; init; }

    /// <summary>How many chunks there were; the server asks for those that it lacks.</summary>
    public required int Chunks { get; init; }

    public required FinishReason FinishReason { get; init; }

    public required TokenUsage Usage { get; init; }

    public EngineTimings? Timings { get; init; }

    /// <summary>SHA-256 (lower-case hex) of the UTF-8 of each part's whole text, by part.</summary>
    public required IReadOnlyList<string> PartHashes { get; init; }
}

/// <param name="Code">Stable, e.g. <c>engine_crashed</c>.</param>
/// <param name="Message">Cause and next step for a person; never prompt or answer text.</param>
/// <param name="Retryable">Whether another attempt may fare better.</param>
/// <param name="Chunks">How many chunks were sent before it broke.</param>
public sealed record Failed(RequestId RequestId, int Attempt, string Code, string Message, bool Retryable, int Chunks = 0)
    : ToServer, IAttemptMessage
{
    /// <summary>With <c>context_exceeded</c>: the prompt's size as the engine counted it; otherwise null.</summary>
    public int? PromptTokens { get; init; }
}

/// <summary>The worker goes away on purpose.</summary>
public sealed record Bye : ToServer;
