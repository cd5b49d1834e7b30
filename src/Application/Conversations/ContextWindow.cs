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
            + branch.Sum(message => Cost(message.Text.Length, perCharacter))
            + (continues is null ? 0 : Cost(continues.Text.Length, perCharacter));
        return total <= contextSize * Full ? null : From(branch, total, contextSize, perCharacter);
    }

    /// <summary>The engine counted the prompt and found it too long: by its own figure, where must it begin?</summary>
    /// <param name="promptTokens">As the engine counted.</param>
    /// <returns>Null when even the last turn alone is too long.</returns>
    public static MessageId? TrimCounted(IReadOnlyList<Message> branch, int promptCharacters, int promptTokens, int contextSize)
    {
        var perCharacter = (double)promptTokens / Math.Max(1, promptCharacters);
        return From(branch, promptTokens, contextSize, perCharacter) is { } from && from != branch[0].Id ? from : null;
    }

    private static MessageId? From(IReadOnlyList<Message> branch, double total, int contextSize, double perCharacter)
    {
        MessageId? from = null;
        var kept = total;
        for (var i = 0; i + 1 < branch.Count && kept > contextSize * Trimmed; i++)
        {
            // Room counts at the turn's end: what is dropped of a turn that stays is not dropped.
            total -= Cost(branch[i].Text.Length, perCharacter);
            if (branch[i + 1].Role == MessageRole.User)
            {
                (from, kept) = (branch[i + 1].Id, total);
            }
        }

        return from;
    }

    private static double Cost(int characters, double perCharacter) => characters * perCharacter + TokensPerMessage;
}
