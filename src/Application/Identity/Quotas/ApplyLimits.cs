using MeatLizard.Domain.Identity;
using MediatR;

namespace MeatLizard.Application.Identity.Quotas;

/// <summary>
/// Writes configured amounts into the rows for everyone; what is null, and rows for single users and addresses, stay as they are.
/// </summary>
public sealed record ApplyLimits(int? PerMinute, int? PerHour) : IRequest<Outcome<Unit>>, IForTheHost;

internal sealed class ApplyLimitsHandler(ILimitStore limits, IUnitOfWork work) : IRequestHandler<ApplyLimits, Outcome<Unit>>
{
    public async Task<Outcome<Unit>> Handle(ApplyLimits request, CancellationToken cancellationToken)
    {
        var changed = Wanted(request).Except(await limits.List(cancellationToken)).ToArray();
        if (changed.Length > 0)
        {
            foreach (var limit in changed)
            {
                limits.Save(limit);
            }

            await work.Commit(CommitDurability.Synced, cancellationToken);
        }

        return Unit.Value;
    }

    private static IEnumerable<Limit> Wanted(ApplyLimits request)
    {
        foreach (var kind in new[] { Limit.User, Limit.Address })
        {
            if (request.PerMinute is { } minute)
            {
                yield return new(kind, Limit.Everyone, TimeSpan.FromMinutes(1), minute);
            }

            if (request.PerHour is { } hour)
            {
                yield return new(kind, Limit.Everyone, TimeSpan.FromHours(1), hour);
            }
        }
    }
}
