namespace MeatLizard.Infrastructure.Discord;

/// <summary>Why Discord, or the way to it, did not do what it was asked.</summary>
public enum DiscordProblem
{
    /// <summary>The token is not, or not any more, a bot's. Nothing is sent until the process has another one.</summary>
    Unauthorized,

    /// <summary>The channel, guild, message or whatever else was named is not there, or not any more.</summary>
    Gone,

    /// <summary>The bot does not see the channel or guild (code 50001).</summary>
    NoAccess,

    /// <summary>The bot sees it and may not do that there (other 403s, mostly code 50013).</summary>
    NoPermission,

    /// <summary>Discord found something wrong with what was sent; repeating it does not help.</summary>
    Refused,

    /// <summary>Discord answered with 5xx, or 429 where no header had warned, as often as it was tried.</summary>
    Overloaded,

    /// <summary>No answer came, as often as it was tried. What was asked may have been done.</summary>
    Unreachable,

    /// <summary>Too many of this process's requests were refused lately; it stops before Discord blocks its address.</summary>
    TooManyRefusals,
}
