namespace MeatLizard.Infrastructure.Discord.Native.Rest;

internal enum RestOutcome
{
    Done,

    /// <summary>A 429 that no header had warned of: it was not done.</summary>
    Limited,

    /// <summary>Asking again changes nothing.</summary>
    Refused,

    /// <summary>5xx: it may have been done.</summary>
    Stumbled,

    /// <summary>It may have been done.</summary>
    Unanswered,

    /// <summary>There was no connection: it was not done.</summary>
    Unsent,
}
