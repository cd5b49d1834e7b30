namespace MeatLizard.Application.Inference;

/// <summary>
/// An engine could not answer. The code is stable; the message tells the operator the cause and the next step, and holds neither prompt
/// text nor a path of this machine.
/// </summary>
public sealed class EngineException(string code, string message, bool retryable, Exception? innerException = null)
    : Exception(message, innerException)
{
    public const string Missing = "engine_missing";
    public const string ModelUnknown = "model_unknown";
    public const string ModelBad = "model_bad";
    public const string StartFailed = "engine_start_failed";
    public const string Crashed = "engine_crashed";
    public const string Silent = "engine_silent";
    public const string Garbage = "engine_garbage";
    public const string ContextExceeded = "context_exceeded";
    public const string Busy = "engine_busy";
    public const string Refused = "engine_refused";
    public const string CannotEmbed = "embeddings_unsupported";
    public const string CannotChat = "chat_unsupported";
    public const string CannotSee = "model_without_images";
    public const string TextTooLong = "input_too_long";

    public string Code { get; } = code;

    /// <summary>Another attempt may succeed without anybody changing anything.</summary>
    public bool Retryable { get; } = retryable;

    /// <summary>With context_exceeded: what the prompt needs.</summary>
    public int? PromptTokens { get; init; }

    /// <summary>With context_exceeded: what there is.</summary>
    public int? ContextSize { get; init; }
}
