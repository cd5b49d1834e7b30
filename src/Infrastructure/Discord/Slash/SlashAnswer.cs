using MeatLizard.Application;

namespace MeatLizard.Infrastructure.Discord.Slash;

/// <param name="Text">Sentences for the caller; what is longer than Discord takes is cut.</param>
public sealed record SlashAnswer(string Text)
{
    /// <summary>Why nothing was done: a stable code, for the audit. Null when it was.</summary>
    public string? RefusedBecause { get; init; }

    public static SlashAnswer Refused(Refusal refusal) => new(refusal.Detail) { RefusedBecause = refusal.Code };
}
