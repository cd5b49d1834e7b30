using MeatLizard.Domain.Identity;
using MediatR;

namespace MeatLizard.Application.Identity.Departure;

/// <summary>
/// For those who have left: removes what calls still under way had written after it, and what the database's files had kept of what was
/// deleted.
/// </summary>
/// <param name="Left">Who has left so long ago that no call of theirs can be under way on any host.</param>
public sealed record FinishDepartures(IReadOnlyList<UserId> Left) : IRequest<Outcome<Unit>>, IForTheHost;

internal sealed class FinishDeparturesHandler(IUserStore users, IDepartureStore departures, Departing departing, IUnitOfWork work)
    : IRequestHandler<FinishDepartures, Outcome<Unit>>
{
    public async Task<Outcome<Unit>> Handle(FinishDepartures request, CancellationToken cancellationToken)
    {
        if (request.Left.Count == 0)
        {
            return Unit.Value;
        }

        foreach (var id in request.Left)
        {
            await departing.ForgetRest(id, cancellationToken);
        }

        // Whoever dies before the last commit does it all again at the next round.
        await departures.Sweep(cancellationToken);
        foreach (var id in request.Left)
        {
            if (await users.Find(id, cancellationToken) is { State.Status: UserStatus.Leaving } user)
            {
                user.Forget();
                users.Save(user);
            }
        }

        await work.Commit(CommitDurability.Synced, cancellationToken);
        return Unit.Value;
    }
}
