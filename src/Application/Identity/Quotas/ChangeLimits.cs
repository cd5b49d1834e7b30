using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity.Quotas;

/// <summary>
/// How often somebody may write what stays and is no question: conversations, keys, settings, sign-ins. Far above what anybody needs;
/// whoever means harm fills no disk with rows, and no audit log with refusals.
/// </summary>
internal static class ChangeLimits
{
    public const string Kind = "changes";

    private static readonly Limit[] PerUser =
        [new(Kind, Limit.Everyone, TimeSpan.FromMinutes(1), 600), new(Kind, Limit.Everyone, TimeSpan.FromHours(1), 6000)];

    public static IEnumerable<(Limit Limit, string Subject)> For(UserId user) => PerUser.Select(limit => (limit, $"{user}"));
}
