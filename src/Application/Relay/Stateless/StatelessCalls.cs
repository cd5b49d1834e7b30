using System.Collections.Concurrent;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay.Stateless;

/// <summary>
/// The stateless calls that are under way in this host, and in which order they wait for a slot. They are known here and nowhere else: what
/// dies with the host has lost its caller as well.
/// </summary>
public sealed class StatelessCalls(WaitingLine line)
{
    private readonly ConcurrentDictionary<RequestId, StatelessCall> _calls = new();
    private readonly Lock _gate = new();
    private readonly SortedDictionary<Guid, StatelessCall> _waiting = [];

    public int Count => _calls.Count;

    /// <summary>Something that a worker says.</summary>
    /// <param name="reply">What the worker is to be told about it at once.</param>
    /// <returns>False when it is not about a call that is under way here.</returns>
    public bool TryHear(WorkerId from, IAttemptMessage message, out ToWorker? reply)
    {
        if (!_calls.TryGetValue(message.RequestId, out var call))
        {
            reply = null;
            return false;
        }

        reply = call.Hear(from, message);
        return true;
    }

    /// <summary>A worker's process is gone: another attempt is made at what it was asked, or that ends.</summary>
    /// <param name="epoch">The worker's process that is there now, in hex; what was given to that one is left alone.</param>
    /// <param name="kept">Attempts whose end that process is going to say.</param>
    internal void Abandon(WorkerId worker, string epoch, IReadOnlyList<KeptAttempt> kept, MessageError because)
    {
        foreach (var call in _calls.Values)
        {
            call.Abandon(worker, epoch, kept, because);
        }
    }

    internal void Add(StatelessCall call) => _calls[call.Id] = call;

    internal void Remove(StatelessCall call)
    {
        _calls.TryRemove(new(call.Id, call));
        LeaveLine(call);
    }

    /// <summary>In the order of age, which a second attempt does not change.</summary>
    internal void JoinLine(StatelessCall call)
    {
        lock (_gate)
        {
            if (_waiting.TryAdd(call.Id.Value, call))
            {
                line.CallJoins(call.Order.Model);
            }
        }
    }

    /// <returns>Whether it stood there.</returns>
    internal bool LeaveLine(StatelessCall call)
    {
        lock (_gate)
        {
            if (!_waiting.Remove(call.Id.Value))
            {
                return false;
            }

            line.CallLeaves(call.Order.Model);
            return true;
        }
    }

    /// <summary>At one stroke: a call that finds itself out of the line has its turn already.</summary>
    /// <returns>False when it does not stand there, or is over.</returns>
    internal bool LeaveLineWith(StatelessTurn turn, StatelessCall call)
    {
        lock (_gate)
        {
            return LeaveLine(call) && call.TakesTurn(turn);
        }
    }

    internal bool StandsInLine(StatelessCall call)
    {
        lock (_gate)
        {
            return _waiting.ContainsKey(call.Id.Value);
        }
    }

    internal IReadOnlyList<StatelessCall> Waiting()
    {
        lock (_gate)
        {
            return _waiting.Count == 0 ? [] : [.. _waiting.Values];
        }
    }
}
