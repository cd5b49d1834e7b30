using MeatLizard.Domain.Conversations;

namespace MeatLizard.Application.Conversations;

/// <summary>
/// Decides where a prompt begins when a conversation outgrows the model's window. It is trimmed on turn boundaries and in
/// large steps: trimming one turn at a time would throw the engine's prompt cache away at every turn.
/// </summary>
internal static class ContextWindow
{
    public const string Notice = "The conversation has outgrown the model's memory: its earliest turns are no longer seen.";

    /// <summary>The share of the window that a prompt may fill; the rest is for the answer.</summary>
    private const double Full = 0.8;

    /// <summary>The share that it fills after a trim.</summary>
    private const double Trimmed = 0.6;

    /// <summary>What one message costs beside its text: the template's marks around it.</summary>
    private const int TokensPerMessage = 8;

    /// <summary>For a model that has not counted yet: careful for prose, about right for code.</summary>
    private const double UnknownTokensPerCharacter = 0.4;

    /// <param name="continues">The cut-off answer that the prompt ends with: it fills the window too, and always stays.</param>
    /// <returns>The first message that stays, or null when all of it fits.</returns>
    public static MessageId? Trim(IReadOnlyList<Message> branch, Message? continues, ChatSessionState session, int contextSize)
    {
        var perCharacter = session.TokensPerCharacter ?? UnknownTokensPerCharacter;
        var total = Cost(session.SystemPrompt?.Length ?? 0, perCharacter)
            + branch.Sum(message => Cost(Length(message, session), perCharacter))
            + (continues is null ? 0 : Cost(continues.Text.Length, perCharacter));
        return total <= contextSize * Full ? null : From(branch, session, total, contextSize, perCharacter);
    }

    /// <summary>The engine counted the prompt and found it too long: by its own figure, where must it begin?</summary>
    /// <param name="promptTokens">As the engine counted.</param>
    /// <returns>Null when even the last turn alone is too long.</returns>
    public static MessageId? TrimCounted(
        IReadOnlyList<Message> branch, ChatSessionState session, int promptCharacters, int promptTokens, int contextSize)
    {
        var perCharacter = (double)promptTokens / Math.Max(1, promptCharacters);
        return From(branch, session, promptTokens, contextSize, perCharacter) is { } from && from != branch[0].Id ? from : null;
    }

    private static MessageId? From(
        IReadOnlyList<Message> branch, ChatSessionState session, double total, int contextSize, double perCharacter)
    {
        MessageId? from = null;
        var kept = total;
        for (var i = 0; i + 1 < branch.Count && kept > contextSize * Trimmed && !IsOwnInput(branch[i], session); i++)
        {
            // Room counts at the turn's end: what is dropped of a turn that stays is not dropped.
            total -= Cost(Length(branch[i], session), perCharacter);
            if (branch[i + 1].Role == MessageRole.User || (branch[i + 1].Role == MessageRole.System && IsOwnInput(branch[i + 1], session)))
            {
                (from, kept) = (branch[i + 1].Id, total);
            }
        }

        return from;
    }

    /// <summary>Of a response, what its caller has sent with it is never left out: what was said in earlier ones is.</summary>
    private static bool IsOwnInput(Message message, ChatSessionState session) =>
        session.Kind == SessionKind.Response && message.SessionId == session.Id;

    /// <summary>The model is shown the text of conversations, and all parts of what programs say.</summary>
    private static int Length(Message message, ChatSessionState session) =>
        session.Kind == SessionKind.Response ? PromptComposer.Characters(message.Parts) : message.Text.Length;

    private static double Cost(int characters, double perCharacter) => characters * perCharacter + TokensPerMessage;
}
