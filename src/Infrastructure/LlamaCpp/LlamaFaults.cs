using System.Globalization;
using System.Text.RegularExpressions;
using MeatLizard.Application.Inference;

namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>What can go wrong with llama-server, in words for its operator: the cause, then the next step.</summary>
internal static partial class LlamaFaults
{
    public static EngineException Missing(string problem) => new(EngineException.Missing, problem, retryable: false);

    public static EngineException Unknown(string? name, string? problem) => new(
        EngineException.ModelUnknown,
        problem ?? $"There is no model {name} here. Ask for one of the listed models, or put its .gguf file into the folder of models.",
        retryable: false);

    public static EngineException Bad(string name, string fault) => new(
        EngineException.ModelBad,
        $"The model {name} can't be used: {fault}. Fetch its file again, or correct its settings.",
        retryable: false);

    public static EngineException NotReady(string name, TimeSpan within, IReadOnlyList<string> lines) => new(
        EngineException.StartFailed,
        string.Create(
            CultureInfo.InvariantCulture, $"llama-server did not get ready with the model {name} within {within.TotalSeconds:0.#} s, ")
            + "and was ended. Try a smaller model, or raise Inference:StartWithin." + LastWords(lines),
        retryable: true,
        new TimeoutException());

    /// <summary>It ended before it was ready: with a reason that it printed, as a rule.</summary>
    public static EngineException EndedAtStart(string name, int code, IReadOnlyList<string> lines)
    {
        if (lines.Any(x => x.Contains("failed to load model", StringComparison.OrdinalIgnoreCase)
            || x.Contains("error loading model", StringComparison.OrdinalIgnoreCase)))
            return new EngineException(
                EngineException.ModelBad,
                $"llama-server can't load the model {name}. "
                    + "Fetch its file again, or one that this llama.cpp knows and this machine can hold."
                    + LastWords(lines),
                retryable: false);
        return new EngineException(
            EngineException.StartFailed,
            $"llama-server ended at its start with the model {name} ({Ending(code)}). Read its last lines, and try it by hand."
                + LastWords(lines),
            retryable: true);
    }

    public static EngineException CircuitOpen(string name, EngineException? last, TimeSpan? retryAfter) => new(
        last?.Code ?? EngineException.StartFailed,
        string.Create(CultureInfo.InvariantCulture, $"llama-server failed again and again with the model {name}, and rests for ")
            + string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, Math.Ceiling((retryAfter ?? TimeSpan.Zero).TotalSeconds))} s. ")
            + (last?.Message ?? "Read the log of this worker."),
        retryable: true);

    public static EngineException Crashed(string name, int code, IReadOnlyList<string> lines) => new(
        EngineException.Crashed,
        $"llama-server with the model {name} ended while it was in use ({Ending(code)}); it is started again. "
            + "If this repeats, use a smaller model or context, or another version of llama.cpp." + LastWords(lines),
        retryable: true);

    public static EngineException Silent(string name, TimeSpan silence) => new(
        EngineException.Silent,
        string.Create(CultureInfo.InvariantCulture, $"llama-server with the model {name} sent nothing for {silence.TotalSeconds:0.#} s, ")
            + "and was stopped; it is started again. If the machine is only slow, raise Inference:TokenSilence.",
        retryable: true);

    public static EngineException Garbage(string name, string what, Exception? inner = null) => new(
        EngineException.Garbage,
        $"llama-server with the model {name} {what}. If this repeats, use another version of llama.cpp.",
        retryable: true,
        inner);

    /// <summary>Begins as OpenAI's own: some clients know it by these words and not by its code.</summary>
    public static EngineException ContextExceeded(int? prompt, int size) => new(
        EngineException.ContextExceeded,
        string.Create(CultureInfo.InvariantCulture, $"This model's maximum context length is {size} tokens, and the conversation needs ")
            + $"{prompt?.ToString(CultureInfo.InvariantCulture) ?? "more"}. Shorten it, or raise Inference:ContextSize.",
        retryable: false)
    {
        PromptTokens = prompt,
        ContextSize = size,
    };

    public static EngineException CannotEmbed(string name) => new(
        EngineException.CannotEmbed,
        $"The model {name} chats and makes no embeddings. Ask a model that is made for them; what is not known by its file is told by its settings (embeddings).",
        retryable: false);

    public static EngineException CannotChat(string name) => new(
        EngineException.CannotChat, $"The model {name} makes embeddings and does not chat. Choose another one.", retryable: false);

    public static EngineException CannotSee(string name) => new(
        EngineException.CannotSee,
        $"The model {name} takes no images. Ask one that does, or put the projector (mmproj) that was made for it beside its file.",
        retryable: false);

    public static EngineException TextTooLong(string name, int size) => new(
        EngineException.TextTooLong,
        string.Create(CultureInfo.InvariantCulture, $"A text is longer than the {size} tokens that the model {name} takes in one piece. Shorten it."),
        retryable: false);

    public static EngineException Busy(int waiting) => new(
        EngineException.Busy,
        string.Create(
            CultureInfo.InvariantCulture, $"All slots are busy and {waiting} requests wait already. Try later, or raise Inference:Slots."),
        retryable: true);

    public static EngineException Refused(string name, int status, string? type) => new(
        EngineException.Refused,
        string.Create(CultureInfo.InvariantCulture, $"llama-server with the model {name} refused the request ({status} {Word(type)}). ")
            + "Look at the request's parameters and tools: the model's chat template may not take them.",
        retryable: status >= 500);

    public static EngineException Stopping() => new(
        EngineException.Busy, "This worker is being stopped. Ask another one, or this one again later.", retryable: true);

    private static string Ending(int code) => code > 128
        ? string.Create(CultureInfo.InvariantCulture, $"signal {code - 128}")
        : string.Create(CultureInfo.InvariantCulture, $"exit code {code}");

    private static string Word(string? type) =>
        type is { Length: < 64 } && type.All(x => char.IsAsciiLetterOrDigit(x) || x == '_') ? type : "error";

    private static string LastWords(IReadOnlyList<string> lines)
    {
        var telling = lines.Where(x => Telling().IsMatch(x)).Select(x => Stamp().Replace(x, "")).Distinct().ToArray();
        // The first complaint is the cause as a rule, the last one where it led to.
        string[] words = telling.Length > 3 ? [telling[0], telling[1], telling[^1]] : telling.Length > 0 ? telling : [.. lines.TakeLast(2)];
        // The message leaves this machine; where its folders are is nobody's business.
        return words.Length == 0 ? "" : " Its last lines: " + string.Join(" | ", words.Select(x => FullPath().Replace(x, "$1")));
    }

    [GeneratedRegex(@"^[\d.]+ [A-Z] ")]
    private static partial Regex Stamp();

    [GeneratedRegex(@" E |error|fail|invalid|couldn't|unable|exception|assert|abort", RegexOptions.IgnoreCase)]
    private static partial Regex Telling();

    [GeneratedRegex(@"(?<![:/\w])(?:/[^/\s'"":]+)*/([^/\s'"":]+)")]
    private static partial Regex FullPath();
}
