using System.Net;

namespace MeatLizard.Infrastructure.Discord;

/// <summary>Discord did not do what it was asked. The message says why, and what to do; it never has content or a token in it.</summary>
public sealed class DiscordException(DiscordProblem problem, string message, Exception? inner = null) : Exception(message, inner)
{
    public DiscordProblem Problem { get; } = problem;

    /// <summary>Null when no answer came.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>Discord's own code, for example 10003 (unknown channel) or 50013 (missing permissions); 0 when it gave none.</summary>
    public int Code { get; init; }

    /// <summary>Whether asking again later, unchanged, can help.</summary>
    public bool IsPassing => Problem is DiscordProblem.Overloaded or DiscordProblem.Unreachable or DiscordProblem.TooManyRefusals;
}
