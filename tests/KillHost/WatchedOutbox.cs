using MeatLizard.Application.Relay;

namespace MeatLizard.KillHost;

internal sealed class WatchedOutbox(IOutbox inner, Trap trap) : IOutbox
{
    private static readonly bool Forgets = Environment.GetEnvironmentVariable("MEATLIZARD_TAKE_AWAY") == "outbox";

    /// <summary>Taken away on purpose only, to see the matrix go red.</summary>
    public void Add(OutboxItem item)
    {
        if (!Forgets)
        {
            inner.Add(item);
        }
    }

    public void Remove(Guid id) => inner.Remove(id);

    public async Task<IReadOnlyList<OutboxItem>> Claim(DateTimeOffset now, TimeSpan lease, int limit, CancellationToken cancellationToken)
    {
        var items = await inner.Claim(now, lease, limit, cancellationToken);
        if (items.Any(item => item.Topic == OutboxTopic.Dispatch))
        {
            trap.Pass(KillPoint.OutboxPicked);
        }

        return items;
    }

    public Task Postpone(Guid id, DateTimeOffset until, CancellationToken cancellationToken) => inner.Postpone(id, until, cancellationToken);

    public Task GiveBack(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) => inner.GiveBack(ids, cancellationToken);

    public Task Park(Guid id, string reason, CancellationToken cancellationToken) => inner.Park(id, reason, cancellationToken);

    public Task<DateTimeOffset?> NextDue(CancellationToken cancellationToken) => inner.NextDue(cancellationToken);
}
