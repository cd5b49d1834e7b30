using System.Collections.Concurrent;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Relay.Link;

/// <summary>
/// Orders that their worker has not said a word about. A connection whose bytes vanish takes them along before anybody notices; the worker
/// is told again when it is back, while its word is still waited for. Which of the two it hears first, it works on one.
/// </summary>
/// <param name="worth">How long a worker's word is waited for; then somebody else is asked.</param>
internal sealed class UnansweredOrders(TimeSpan worth, TimeProvider time)
{
    private readonly ConcurrentDictionary<WorkerId, ConcurrentDictionary<RequestId, Sent>> _sent = new();

    /// <summary>An order, or what makes it void. Before it is sent: should the connection change meanwhile, one of the two will send it.</summary>
    public void Note(WorkerId worker, ToWorker message)
    {
        switch (message)
        {
            case Infer order:
                // A later attempt takes the place of the one before.
                _sent.GetOrAdd(worker, _ => new())[order.RequestId] = new(order, time.GetTimestamp());
                break;
            case IAttemptMessage about:
                Forget(worker, about);
                break;
        }
    }

    /// <summary>It need not be told again: the worker speaks of it, or it was not sent.</summary>
    public void Forget(WorkerId worker, IAttemptMessage about)
    {
        if (_sent.TryGetValue(worker, out var orders)
            && orders.TryGetValue(about.RequestId, out var sent)
            && sent.Order.Attempt <= about.Attempt)
        {
            orders.TryRemove(new(about.RequestId, sent));
        }
    }

    /// <summary>The worker is another process, or nobody's any more: what the one before was told is asked of somebody else.</summary>
    public void ForgetAll(WorkerId worker) => _sent.TryRemove(worker, out _);

    /// <returns>What the worker is to be told again.</returns>
    public IReadOnlyList<Infer> Of(WorkerId worker)
    {
        if (!_sent.TryGetValue(worker, out var orders))
        {
            return [];
        }

        foreach (var (request, sent) in orders)
        {
            if (time.GetElapsedTime(sent.At) >= worth)
            {
                orders.TryRemove(new(request, sent));
            }
        }

        return [.. orders.Values.OrderBy(sent => sent.At).Select(sent => sent.Order)];
    }

    private sealed record Sent(Infer Order, long At);
}
