using MeatLizard.Application.Relay;
using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Conversations;

/// <summary>Everything that somebody has ever said here, taken away at once.</summary>
internal sealed class OwnersSessions(ISessionStore sessions, TurnEnding ending)
{
    /// <summary>At the commit; turns under way are cancelled in it.</summary>
    public async Task<IReadOnlyList<EndedTurn>> RemoveAll(UserId owner, DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<EndedTurn> ended = [];
        foreach (var id in await sessions.ListOpen(owner, cancellationToken))
        {
            if (await sessions.Find(id, cancellationToken) is { } session
                && await ending.CancelOpenTurn(session, now, cancellationToken) is { } turn)
            {
                ended.Add(turn);
            }
        }

        sessions.RemoveAll(owner);
        return ended;
    }

    /// <summary>After the commit.</summary>
    public async ValueTask Announce(IReadOnlyList<EndedTurn> ended)
    {
        foreach (var turn in ended)
        {
            await ending.Announce(turn);
        }
    }
}
