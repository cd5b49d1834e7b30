using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Application.Operations;
using MeatLizard.Application.Pipeline;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Application.Relay.Stateless;

/// <summary>What stateless calls need of the relay: a slot, a way to its worker, and their cost written down.</summary>
public sealed partial class StatelessRelay(
    StatelessCalls calls,
    IWorkerRegistry workers,
    IEnumerable<IRelayCarrier> carriers,
    DispatchGate gate,
    WaitingLine line,
    OutboxBell bell,
    AnswerQuotas quotas,
    RelayOptions options,
    Telemetry telemetry,
    IServiceScopeFactory scopes,
    TimeProvider time,
    ILogger<StatelessRelay> log)
{
    internal TimeProvider Time => time;

    internal StatelessCalls Calls => calls;

    /// <summary>A walk through those who wait now.</summary>
    /// <param name="inFront">The models that somebody older waits for; whoever is not served joins it.</param>
    public StatelessTurns Turns(WaitingLine inFront) => new(this, inFront, calls.Waiting());

    /// <summary>A call that has just come: it does not jump the queue.</summary>
    internal async ValueTask Enter(StatelessCall call, CancellationToken cancellationToken)
    {
        calls.Add(call);
        if (line.StandsBefore(call.Order.Model) || !await TryGiveTurn(call, fromLine: false, cancellationToken))
        {
            StandInLine(call);
        }
    }

    internal void StandInLine(StatelessCall call)
    {
        calls.JoinLine(call);
        line.Join(call.Order.Model);
        bell.Ring();
    }

    /// <summary>Takes a slot for a call.</summary>
    /// <param name="fromLine">It stands in line, and leaves it with its turn; else nobody but the caller knows of it yet.</param>
    /// <returns>False when nobody is free whom this host reaches; true also when the call waits no more.</returns>
    internal async ValueTask<bool> TryGiveTurn(StatelessCall call, bool fromLine, CancellationToken cancellationToken)
    {
        if (gate.IsPaused)
        {
            return false;
        }

        foreach (var (worker, model) in WorkerSelector.Rank(workers.List(), call.Order.Model, last: null, call.Avoids))
        {
            if (worker.IsElsewhere
                || !Carrier(worker).Reaches(worker.Id)
                || !await workers.TryReserve(worker.Id, call.Id, cancellationToken))
            {
                continue;
            }

            if ((fromLine && !calls.LeaveLine(call)) || !call.TakesTurn(new(worker, model)))
            {
                workers.Release(call.Id);
            }

            return true;
        }

        return false;
    }

    /// <summary>Whether it is worth waiting: somebody whom this host reaches could answer, or has a moment yet to come.</summary>
    internal bool MayStillCome(string model) =>
        WorkerSelector.AnyHas([.. workers.List().Where(worker => !worker.IsElsewhere)], model)
        || time.GetUtcNow() < workers.EmptySince + options.WorkerGrace;

    /// <summary>Whether another host holds the way to the worker now.</summary>
    internal bool HasMoved(WorkerId worker) => workers.List().Any(known => known.IsElsewhere && known.Id == worker);

    /// <summary>Why nobody has answered. Such a call is answered by workers whom this host reaches; the ladder's other rungs leave no room to say that it was they.</summary>
    internal MessageError Notice(RelayRequestState state)
    {
        var known = workers.List();
        return state.Failure is null && known.Count > 0 && known.All(worker => worker.IsElsewhere)
            ? new("no_worker", "The workers that are online are reached through another host, which can't answer calls without a session. Use a session, or connect a worker here.", Retryable: true)
            : LadderNotice.For(state, known);
    }

    /// <returns>False when there is no way to the worker now.</returns>
    internal async Task<bool> Tell(WorkerPresence worker, ToWorker message, CancellationToken cancellationToken)
    {
        try
        {
            await Carrier(worker).Send(worker.Id, message, cancellationToken);
            return true;
        }
        catch (CarrierException)
        {
            return false;
        }
    }

    internal void FirstText(RelayRequestState state) =>
        telemetry.FirstToken.Record((time.GetUtcNow() - state.QueuedAt).TotalSeconds);

    /// <summary>The answer is there whether its cost could be written down or not.</summary>
    internal async Task Record(UsageEntry entry)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<IUsageLog>().Add(entry);
            await scope.ServiceProvider.GetRequiredService<IUnitOfWork>().Commit(CommitDurability.Relaxed, CancellationToken.None);
        }
#pragma warning disable CA1031 // Whatever keeps the database from taking it: the caller's answer is not its price.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            CannotRecord(entry.RequestId, failure);
        }
    }

    internal ValueTask Settle(RequestId call, int tokens) => quotas.Settle(call, tokens);

    private IRelayCarrier Carrier(WorkerPresence worker) => carriers.First(carrier => carrier.Name == worker.Carrier);

    [LoggerMessage(LogLevel.Error, "What the stateless call {Request} has cost could not be written down.")]
    private partial void CannotRecord(RequestId request, Exception failure);
}
