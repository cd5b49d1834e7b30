using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity.Quotas;

/// <summary>Which of all limits hold for somebody.</summary>
public sealed class LimitRows(IReadOnlyList<Limit> limits)
{
    private readonly ILookup<string, Limit> _everyone =
        limits.Where(limit => limit.ScopeId == Limit.Everyone).ToLookup(limit => limit.ScopeKind);

    // Models go by their names, in which upper and lower case are the same.
    private readonly ILookup<string, Limit> _own = limits
        .Where(limit => limit.ScopeId != Limit.Everyone)
        .ToLookup(limit => NameOf(limit.ScopeKind, limit.ScopeId), StringComparer.OrdinalIgnoreCase);

    /// <summary>One's own, and those for everyone that one has no own of the same measure and window for.</summary>
    public IEnumerable<(Limit Limit, string Subject)> Of(string kind, string subject)
    {
        var own = _own[NameOf(kind, subject)];
        return _everyone[kind]
            .Where(limit => !own.Any(mine => (mine.Measure, mine.Window) == (limit.Measure, limit.Window)))
            .Concat(own)
            .Select(limit => (limit, subject));
    }

    private static string NameOf(string kind, string id) => $"{kind} {id}";
}
