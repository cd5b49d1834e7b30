using MeatLizard.Domain.Conversations;

namespace MeatLizard.Application.Relay;

/// <summary>How long an answer may become at all. Its text is held in memory by whoever reads it, and stands in the database.</summary>
public static class AnswerLimit
{
    /// <summary>About a million tokens, more than any model writes.</summary>
    public const int Characters = 4 * 1024 * 1024;

    /// <summary>What has come is kept.</summary>
    public static MessageError Exceeded { get; } =
        new("answer_endless", "The answer came to no end, and was cut off. Ask for a shorter one.", Retryable: false);
}
