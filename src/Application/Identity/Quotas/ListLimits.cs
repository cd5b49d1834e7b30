using MeatLizard.Domain.Identity;
using MediatR;

namespace MeatLizard.Application.Identity.Quotas;

/// <summary>Every limit there is, by scope.</summary>
public sealed record ListLimits : IRequest<Outcome<Page<Limit>>>, IForAdmins;

internal sealed class ListLimitsHandler(ILimitStore limits) : IRequestHandler<ListLimits, Outcome<Page<Limit>>>
{
    public async Task<Outcome<Page<Limit>>> Handle(ListLimits request, CancellationToken cancellationToken) =>
        new Page<Limit>(await limits.List(cancellationToken), NextCursor: null);
}
