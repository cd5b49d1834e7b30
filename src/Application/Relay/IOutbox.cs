namespace MeatLizard.Application.Relay;

/// <summary>
/// Work that a commit promises. Rows are claimed with a lease, so that a host that dies gives them back; an item that fails
/// too often is parked, and seen by the operator.
/// </summary>
public interface IOutbox
{
    /// <summary>At the commit.</summary>
    void Add(OutboxItem item);

    /// <summary>At the commit: it is done, or another commit made it pointless.</summary>
    void Remove(Guid id);

    /// <summary>Takes due items that nobody holds, cancels before dispatches, then oldest first, for the length of the lease; each counts a try.</summary>
    Task<IReadOnlyList<OutboxItem>> Claim(DateTimeOffset now, TimeSpan lease, int limit, CancellationToken cancellationToken);

    /// <summary>Gives an item back, not to be picked before this time; at once.</summary>
    Task Postpone(Guid id, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Gives items back as they were: nothing was tried, because nobody was free; at once.</summary>
    Task GiveBack(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken);

    /// <summary>Sets an item aside for the operator, with the reason (an exception's type, never text of users); at once.</summary>
    Task Park(Guid id, string reason, CancellationToken cancellationToken);

    /// <summary>When the next item can be claimed: due and held by nobody, or with its lease over; null when there is none.</summary>
    Task<DateTimeOffset?> NextDue(CancellationToken cancellationToken);
}
