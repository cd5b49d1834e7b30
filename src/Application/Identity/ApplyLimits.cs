using MeatLizard.Domain.Identity;
using MediatR;
using Microsoft.Extensions.Options;

namespace MeatLizard.Application.Identity;

/// <summary>Writes the configured limits for everyone into their rows. Rows for single users and addresses are left as they are.</summary>
public sealed record ApplyLimits : IRequest<Outcome<Unit>>, IForTheHost;

internal sealed class ApplyLimitsHandler(ILimitStore limits, IUnitOfWork work, IOptions<LimitOptions> options)
    : IRequestHandler<ApplyLimits, Outcome<Unit>>
{
    public async Task<Outcome<Unit>> Handle(ApplyLimits request, CancellationToken cancellationToken)
    {
        var stored = await limits.List(cancellationToken);
        var missing = Wanted().Except(stored).ToArray();
        if (missing.Length > 0)
        {
            foreach (var limit in missing)
            {
                limits.Save(limit);
            }

            await work.Commit(CommitDurability.Synced, cancellationToken);
        }

        return Unit.Value;
    }

    private IEnumerable<Limit> Wanted()
    {
        foreach (var kind in new[] { Limit.User, Limit.Address })
        {
            yield return new(kind, Limit.Everyone, TimeSpan.FromMinutes(1), options.Value.PerMinute);
            yield return new(kind, Limit.Everyone, TimeSpan.FromHours(1), options.Value.PerHour);
        }
    }
}
