using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity.Quotas;

/// <summary>
/// How often one user may write what stays and is no question: conversations, keys, settings, sign-ins. Far above what anybody needs who may
/// ask so much: whoever means harm fills no disk with rows, and no audit log with refusals.
/// </summary>
internal static class ChangeLimits
{
    public const string Kind = "changes";

    private const int ForEachRequest = 10;
    private const int AtLeast = 600;

    /// <param name="requests">How often the user may ask. Who may ask without end may change without end.</param>
    public static IEnumerable<(Limit Limit, string Subject)> Beside(IEnumerable<(Limit Limit, string Subject)> requests) =>
        from each in requests
        let amount = Math.Clamp((long)each.Limit.Amount * ForEachRequest, AtLeast, int.MaxValue)
        select (new Limit(Kind, Limit.Everyone, each.Limit.Window, (int)amount), each.Subject);
}
