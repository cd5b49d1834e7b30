namespace MeatLizard.Domain.Conversations;

/// <summary>The order in which answers are sought. It always ends with <see cref="FallbackRung.Notify"/>.</summary>
public sealed record FallbackPolicy
{
    private readonly FallbackRung[] _rungs;

    /// <exception cref="DomainException"><c>bad_ladder</c>: a rung stands twice, or <see cref="FallbackRung.Notify"/> is not the last.</exception>
    public FallbackPolicy(IEnumerable<FallbackRung> rungs, bool neverLeaveHome = false)
    {
        var given = rungs.ToArray();
        if (given.Distinct().Count() != given.Length)
        {
            throw new DomainException("bad_ladder", "A rung stands twice in the ladder.");
        }

        if (given.Length == 0 || given[^1] != FallbackRung.Notify)
        {
            throw new DomainException("bad_ladder", "The ladder must end with Notify: somebody always has to say why there is no answer.");
        }

        _rungs = neverLeaveHome ? [.. given.Where(rung => rung != FallbackRung.Provider)] : given;
    }

    public IReadOnlyList<FallbackRung> Rungs => _rungs;

    public FallbackRung First => _rungs[0];

    /// <summary>The rung after one that could not answer; after the last one, the last one again.</summary>
    public FallbackRung After(FallbackRung rung)
    {
        var index = Array.IndexOf(_rungs, rung);
        return _rungs[Math.Min(index + 1, _rungs.Length - 1)];
    }
}
