namespace MeatLizard.Domain.Identity;

/// <summary>At most so many requests in a window, for whoever the scope names.</summary>
/// <param name="ScopeKind"><c>user</c> or <c>address</c>; later also group, place, key and model.</param>
/// <param name="ScopeId">One id, or <c>*</c> for each of that kind.</param>
/// <param name="Amount">From 1.</param>
public sealed record Limit(string ScopeKind, string ScopeId, TimeSpan Window, int Amount)
{
    public const string User = "user";
    public const string Address = "address";
    public const string Everyone = "*";
}
