using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity.Keys;

/// <summary>No key makes, or gets hold of, one that reaches farther than itself.</summary>
internal static class KeyReach
{
    /// <returns>Why the actor may not have such a key; null when they may.</returns>
    public static Refusal? Exceeded(Actor actor, IReadOnlyList<string> scopes, IReadOnlyList<string> models, DateTimeOffset? expiresAt)
    {
        if (actor.Scopes.Count > 0 && (scopes.Count == 0 || scopes.Except(actor.Scopes).Any()))
        {
            return No("A key cannot make a key that may do more than itself.");
        }

        if (actor.Role < Role.Admin && scopes.Contains(KeyScopes.Admin))
        {
            return No("Only an admin can make a key for what admins may do.");
        }

        if (actor.Models.Count > 0 && (models.Count == 0 || !models.All(actor.MayAsk)))
        {
            return No("A key cannot make a key that may ask other models than itself.");
        }

        return actor.KeyExpiresAt is { } end && (expiresAt is not { } wanted || wanted > end)
            ? No("A key that expires cannot make one that lives longer.")
            : null;
    }

    private static Refusal No(string because) => new(RefusalKind.Forbidden, "scope_exceeded", because);
}
