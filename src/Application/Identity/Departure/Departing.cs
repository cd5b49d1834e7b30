using MeatLizard.Application.Conversations;
using MeatLizard.Application.Conversations.Choice;
using MeatLizard.Application.Relay.Caching;
using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity.Departure;

/// <summary>Forgets somebody, whoever has asked for it.</summary>
internal sealed class Departing(
    IUserStore users, IDepartureStore departures, OwnersSessions sessions, IUnitOfWork work, Credentials credentials, DefaultTable defaults,
    IAnswerStore answers, TimeProvider time)
{
    /// <summary>All of it in one commit, which also ends every sign-in and stops what is being answered.</summary>
    /// <exception cref="Domain.DomainException">It is the owner, or somebody who has left already.</exception>
    public async Task Forget(User user, CancellationToken cancellationToken)
    {
        user.Leave();
        users.Save(user);
        var stopped = await sessions.RemoveAll(user.State.Id, time.GetUtcNow(), cancellationToken);
        departures.RemoveAll(user.State.Id);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        await sessions.Announce(stopped);
        credentials.ForgetUser(user.State.Id);
        defaults.Forget(user.State.Id);
        await answers.Forget(user.State.Id, CancellationToken.None);
    }

    /// <summary>Once more, for what calls under way had still written; at the commit.</summary>
    public async Task ForgetRest(UserId user, CancellationToken cancellationToken)
    {
        var stopped = await sessions.RemoveAll(user, time.GetUtcNow(), cancellationToken);
        departures.RemoveAll(user);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        await sessions.Announce(stopped);
        await answers.Forget(user, CancellationToken.None);
    }
}
