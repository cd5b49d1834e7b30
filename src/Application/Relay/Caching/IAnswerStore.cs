using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Relay.Caching;

/// <summary>
/// Where answers are kept, as long as there is room: whichever was used least recently goes first. An accelerator: it may forget at any time,
/// and says that it has nothing when it can't be asked.
/// </summary>
public interface IAnswerStore
{
    /// <returns>Null when there is none, or none that is not too old even for an emergency.</returns>
    ValueTask<CachedAnswer?> Find(AnswerKey key, CancellationToken cancellationToken);

    /// <summary>In place of an earlier one. One that is too large is not kept.</summary>
    ValueTask Keep(AnswerKey key, CachedAnswer answer, CancellationToken cancellationToken);

    /// <summary>All of one user's, at once.</summary>
    ValueTask Forget(UserId user, CancellationToken cancellationToken);

    /// <returns>Null when it can't be asked.</returns>
    ValueTask<CacheSize?> Measure(CancellationToken cancellationToken);
}
