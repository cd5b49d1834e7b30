using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Relay;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Application.Identity.Quotas;

/// <summary>
/// What open answers hold of the limits: their tokens and a place among the open, of user, groups, key, place and model; and of place and model,
/// which nobody knows before, their requests. The truth about tokens is what answers have cost, in the database.
/// </summary>
public sealed partial class AnswerQuotas(
    LimitTable table, IRateLimiter limiter, IServiceScopeFactory scopes, TimeProvider time, ILogger<AnswerQuotas> log)
{
    /// <summary>For an answer whose length nobody has named.</summary>
    private const int UsualAnswer = 1024;

    private const double TokensPerCharacter = 0.3;

    /// <summary>Between the end of an answer that is too late and its reservation's.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    /// <summary>What an answer may cost.</summary>
    /// <param name="characters">UTF-16 units in the prompt.</param>
    /// <param name="perCharacter">As the engine has counted before; null for a guess.</param>
    /// <param name="mostTokens">That the answer may have; null for a guess.</param>
    public static int Estimate(int characters, double? perCharacter, int? mostTokens) =>
        Clamp(Math.Ceiling(characters * (perCharacter ?? TokensPerCharacter)) + (mostTokens ?? UsualAnswer));

    /// <summary>What has been written, where nobody has counted it.</summary>
    public static int Guess(int characters, double? perCharacter) => Clamp(Math.Ceiling(characters * (perCharacter ?? TokensPerCharacter)));

    /// <returns>Whether it is granted; what is held then is to be settled.</returns>
    public async ValueTask<RateVerdict> Reserve(QuotaOrder order, CancellationToken cancellationToken)
    {
        var asked = Asked(await table.Load(cancellationToken), order);
        return new(
            [.. asked.Select(each => each.Limit)],
            asked.Count == 0
                ? null
                : await limiter.Reserve(new(order.Answer.Value, order.Tokens, order.Until + Grace), asked, Used, cancellationToken));
    }

    /// <summary>After the commit that has stored what it cost. Nothing more can happen to an answer whose count is not to be had: it runs out by itself.</summary>
    public async ValueTask Settle(RequestId answer, int tokens)
    {
        try
        {
            await limiter.Settle(answer.Value, tokens, CancellationToken.None);
        }
#pragma warning disable CA1031 // The answer is there whatever becomes of its count.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            CannotSettle(answer, failure);
        }
    }

    /// <summary>How far these limits are used.</summary>
    public ValueTask<IReadOnlyList<LimitUse>> Look(IReadOnlyList<(Limit Limit, string Subject)> limits, CancellationToken cancellationToken) =>
        limiter.Look(limits, Used, cancellationToken);

    private static List<(Limit Limit, string Subject)> Asked(LimitRows rows, QuotaOrder order)
    {
        List<(Limit Limit, string Subject)> asked = [];
        foreach (var (kind, subject) in Subjects(order.Actor))
        {
            asked.AddRange(rows.Of(kind, subject).Where(each => each.Limit.Measure != LimitMeasure.Requests));
        }

        if (order.Place is { } place)
        {
            asked.AddRange(rows.Of(Limit.Place, $"{place}"));
        }

        if (order.Model is { } model)
        {
            asked.AddRange(rows.Of(Limit.Model, model));
        }

        return asked;
    }

    /// <summary>As whom an actor is counted, wherever they ask.</summary>
    internal static IEnumerable<(string Kind, string Subject)> Subjects(Actor actor)
    {
        yield return (Limit.User, $"{actor.UserId}");
        foreach (var group in actor.Groups)
        {
            yield return (Limit.Group, $"{group}");
        }

        if (actor.Key is { } key)
        {
            yield return (Limit.Key, $"{key}");
        }
    }

    private async ValueTask<int> Used((Limit Limit, string Subject) asked, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var (from, until) = asked.Limit.WindowAt(time.GetUtcNow());
        return Clamp(await scope.ServiceProvider.GetRequiredService<ITokenCounts>().Count(asked.Limit, asked.Subject, from, until, cancellationToken));
    }

    private static int Clamp(double tokens) => (int)Math.Clamp(tokens, 0, int.MaxValue / 2);

    [LoggerMessage(LogLevel.Warning, "What answer {Answer} holds of the limits could not be given back; it runs out by itself.")]
    private partial void CannotSettle(RequestId answer, Exception failure);
}
