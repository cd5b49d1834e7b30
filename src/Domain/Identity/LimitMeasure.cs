namespace MeatLizard.Domain.Identity;

/// <summary>What a limit counts.</summary>
public enum LimitMeasure
{
    /// <summary>Questions, in a window that begins with the first of them.</summary>
    Requests,

    /// <summary>Tokens of prompts and answers, in windows of the calendar.</summary>
    Tokens,

    /// <summary>Answers that are open at the same time.</summary>
    Concurrency,
}
