using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay.Stateless;

/// <summary>
/// One walk through those who wait: the dispatcher goes through the outbox by age, and the calls, which are in no outbox, get their turns in
/// between. Nobody is served before somebody older who waits for the same.
/// </summary>
public sealed class StatelessTurns
{
    private readonly StatelessRelay _relay;
    private readonly WaitingLine _inFront;
    private readonly IReadOnlyList<StatelessCall> _waiting;
    private int _next;

    internal StatelessTurns(StatelessRelay relay, WaitingLine inFront, IReadOnlyList<StatelessCall> waiting) =>
        (_relay, _inFront, _waiting) = (relay, inFront, waiting);

    /// <summary>Gives slots to the calls that are older than this request.</summary>
    public async Task Before(RequestId request, CancellationToken cancellationToken)
    {
        while (_next < _waiting.Count && _waiting[_next].Id.Value.CompareTo(request.Value) < 0)
        {
            await Serve(_waiting[_next++], cancellationToken);
        }
    }

    /// <summary>And to all the others.</summary>
    public async Task Rest(CancellationToken cancellationToken)
    {
        while (_next < _waiting.Count)
        {
            await Serve(_waiting[_next++], cancellationToken);
        }
    }

    private async Task Serve(StatelessCall call, CancellationToken cancellationToken)
    {
        if (_inFront.StandsBefore(call.Order.Model) || !await _relay.TryServe(call, cancellationToken))
        {
            _inFront.Join(call.Order.Model);
        }
    }
}
