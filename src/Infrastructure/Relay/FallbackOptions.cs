using MeatLizard.Domain;
using MeatLizard.Domain.Conversations;
using Microsoft.Extensions.Options;

namespace MeatLizard.Infrastructure.Relay;

/// <summary>Section <c>Fallback</c>.</summary>
public sealed record FallbackOptions
{
    public const string Section = "Fallback";

    /// <summary>Rungs by name, separated by commas; the last is <c>Notify</c>.</summary>
    public string Ladder { get; init; } = "Worker, Provider, Notify";

    /// <summary>Removes the providers, wherever they stand.</summary>
    public bool NeverLeaveHome { get; init; }

    /// <exception cref="OptionsValidationException">The ladder names no rungs, or in an order that can't work.</exception>
    public FallbackPolicy ToPolicy()
    {
        try
        {
            return new(
                Ladder.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    .Select(name => Enum.TryParse<FallbackRung>(name, ignoreCase: true, out var rung) && !int.TryParse(name, out _)
                        ? rung
                        : throw new DomainException("bad_ladder", $"\u201c{name}\u201d is no rung; there are Worker, Provider, Markov and Notify.")),
                NeverLeaveHome);
        }
        catch (DomainException wrong)
        {
            throw new OptionsValidationException(nameof(FallbackOptions), typeof(FallbackOptions), [$"Fallback:Ladder: {wrong.Message}"]);
        }
    }
}
