using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Application.Operations;
using MeatLizard.Application.Pipeline;
using MeatLizard.Application.Relay.Providers;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Application.Relay.Stateless;

/// <summary>What stateless calls need of the relay: a slot, a way to its worker, and their cost written down.</summary>
public sealed partial class StatelessRelay(
    StatelessCalls calls,
    IWorkerRegistry workers,
    IProviders providers,
    FallbackPolicy ladder,
    IEnumerable<IRelayCarrier> carriers,
    DispatchGate gate,
    WaitingLine line,
    OutboxBell bell,
    AnswerQuotas quotas,
    RelayOptions options,
    Telemetry telemetry,
    IServiceScopeFactory scopes,
    TimeProvider time,
    ILogger<StatelessRelay> log) : IDisposable
{
    /// <summary>Two who walk through the line don't serve the same call.</summary>
    private readonly SemaphoreSlim _oneAtATime = new(1);

    internal TimeProvider Time => time;

    internal StatelessCalls Calls => calls;

    public void Dispose() => _oneAtATime.Dispose();

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

        // Who waits for nobody in particular goes elsewhere at once; a worker that comes after all has the dispatcher look by itself.
        if (MayStillCome(call.Order))
        {
            bell.Ring();
        }
    }

    /// <summary>The slot is to be given up: whoever waits may have it when the dispatcher has gone through all of them.</summary>
    internal void Release(RequestId call)
    {
        workers.Release(call);

        // The dispatcher looks into the database; nobody makes it do so at the end of every call for nothing.
        if (line.StandsBefore(null))
        {
            bell.Ring();
        }
    }

    /// <summary>
    /// The worker has said that it is done with it, and its slot is free: the oldest call that waits has it at once, unless somebody waits in
    /// the outbox.
    /// </summary>
    internal void PassOn(RequestId call)
    {
        if (line.HasOutbox)
        {
            Release(call);
            return;
        }

        workers.Release(call);
        if (line.StandsBefore(null))
        {
            _ = PassOn();
        }
    }

    /// <summary>Takes a slot for a call that stands in line, which it leaves with its turn.</summary>
    /// <returns>False when nobody is free whom this host reaches; true also when the call waits no more.</returns>
    internal async ValueTask<bool> TryServe(StatelessCall call, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            return !calls.StandsInLine(call) || await TryGiveTurn(call, fromLine: true, cancellationToken);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Nobody in the outbox waits, so that the dispatcher need not go through it first: the slot is not empty in between.</summary>
    private async Task PassOn()
    {
        try
        {
            await Turns(new WaitingLine()).Rest(CancellationToken.None);
        }
#pragma warning disable CA1031 // Nobody waits for this; the dispatcher goes the same way.
        catch (Exception)
#pragma warning restore CA1031
        {
            bell.Ring();
        }
    }

    private async ValueTask<bool> TryGiveTurn(StatelessCall call, bool fromLine, CancellationToken cancellationToken)
    {
        if (gate.IsPaused)
        {
            return false;
        }

        foreach (var (worker, model) in WorkerSelector.Rank(Suited(call.Order), call.Order.Model, last: null, call.Avoids))
        {
            if (worker.IsElsewhere
                || !Carrier(worker).Reaches(worker.Id)
                || !await workers.TryReserve(worker.Id, call.Id, cancellationToken))
            {
                continue;
            }

            var turn = new StatelessTurn(worker, model.Name, OriginKind.Worker);
            if (!(fromLine ? calls.LeaveLineWith(turn, call) : call.TakesTurn(turn)))
            {
                workers.Release(call.Id);
            }

            return true;
        }

        return false;
    }

    /// <summary>How many attempts are the workers'.</summary>
    internal int Attempts => options.Attempts;

    /// <summary>The attempts of a call in all: the workers', and each provider once.</summary>
    internal int AttemptsAt(StatelessOrder order) => options.Attempts + (MayGoElsewhere(order) ? Math.Max(1, providers.Count) : 0);

    /// <summary>A model elsewhere, when no worker can answer.</summary>
    /// <param name="state">Its request's.</param>
    /// <returns>Null when there is none, or none that may be asked.</returns>
    internal StatelessTurn? AskElsewhere(StatelessOrder order, RelayRequestState state) =>
        !gate.IsPaused && MayGoElsewhere(order)
        && providers.Choose(order.Model, state.FailedAttempts > 0 ? state.Target?.Name : null) is (var provider, var model)
        && (state.Settings.OnlyModels.Count == 0 || state.Settings.OnlyModels.Contains(model, StringComparer.OrdinalIgnoreCase))
        && carriers.FirstOrDefault(carrier => carrier.Reaches(provider)) is { } carrier
            ? new(new(provider, carrier.Name, "", [], 0, 0, Draining: false, Problem: null), model, OriginKind.Provider)
            : null;

    /// <summary>Whether the model is one of a provider's.</summary>
    internal bool IsElsewhere(StatelessOrder order) => MayGoElsewhere(order)
        && providers.List().Any(provider => provider.Models.Contains(order.Model, StringComparer.OrdinalIgnoreCase));

    /// <summary>The model that would be asked elsewhere if none were named; null when there is none.</summary>
    internal string? UsualElsewhere() => ladder.Rungs.Contains(FallbackRung.Provider) ? providers.Choose(model: null, after: null)?.Model : null;

    /// <summary>As a provider writes it; null when none has it.</summary>
    internal string? Spelling(string model) => providers.Spelling(model);

    /// <summary>Whether it is worth waiting: somebody whom this host reaches could answer, or has a moment yet to come.</summary>
    internal bool MayStillCome(StatelessOrder order) =>
        WorkerSelector.AnyHas([.. Suited(order).Where(worker => !worker.IsElsewhere)], order.Model)
        || time.GetUtcNow() < workers.EmptySince + options.WorkerGrace;

    /// <summary>Whether the model is there, and nothing but embeddings is to be had of it, wherever it is.</summary>
    internal bool CannotChat(StatelessOrder order) => order.Kind == InferKind.Chat
        && !IsElsewhere(order)
        && workers.List().Select(worker => ModelDescriptor.Find(worker.Models, order.Model)).OfType<ModelDescriptor>().ToArray() is { Length: > 0 } found
        && found.All(model => model.Embeds);

    /// <summary>
    /// Whether the model is there, and takes no images wherever it is, though the order brings some. Another model is nobody's to choose: to
    /// the caller it is not the same.
    /// </summary>
    internal bool CannotSee(StatelessOrder order) => order.Images > 0
        && !IsElsewhere(order)
        && Has(workers.List(), order.Model)
        && !Has(Suited(order), order.Model);

    /// <summary>Whether another host holds the way to the worker now.</summary>
    internal bool HasMoved(WorkerId worker) => workers.List().Any(known => known.IsElsewhere && known.Id == worker);

    /// <summary>Why nobody has answered. Such a call is answered by workers whom this host reaches, and by providers; Markov's words are for people.</summary>
    internal MessageError Notice(RelayRequestState state, StatelessOrder order)
    {
        var known = workers.List();
        return state.Failure is null && known.Count > 0 && known.All(worker => worker.IsElsewhere)
            ? new("no_worker", "The workers that are online are reached through another host, which can't answer calls without a session. Use a session, or connect a worker here.", Retryable: true)
            : state.Failure is null && CannotSee(order) ? StatelessFaults.CannotSee(order.Model)
            : LadderNotice.For(state, known, MayGoElsewhere(order) ? providers.List() : []);
    }

    /// <returns>Why the worker could not be told; null when it was.</returns>
    internal async Task<MessageError?> Tell(WorkerPresence worker, ToWorker message, CancellationToken cancellationToken)
    {
        try
        {
            await Carrier(worker).Send(worker.Id, message, cancellationToken);
            return null;
        }
        catch (MessageTooLargeException)
        {
            return StatelessFaults.TooLarge;
        }
        catch (CarrierException)
        {
            return StatelessFaults.Lost;
        }
    }

    internal void FirstText(RelayRequestState state) =>
        telemetry.FirstToken.Record((time.GetUtcNow() - state.QueuedAt).TotalSeconds);

    /// <summary>The answer is there whether its cost could be written down or not.</summary>
    internal async Task Record(UsageEntry entry, AttemptTarget? target)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<ProviderBill>().Add(entry, target);
            await scope.ServiceProvider.GetRequiredService<IUnitOfWork>().Commit(CommitDurability.Relaxed, CancellationToken.None);
        }
#pragma warning disable CA1031 // Whatever keeps the database from taking it: the caller's answer is not its price.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            CannotRecord(entry.RequestId, failure);
        }
    }

    /// <summary>They make no embeddings.</summary>
    private bool MayGoElsewhere(StatelessOrder order) => order.Kind == InferKind.Chat && ladder.Rungs.Contains(FallbackRung.Provider);

    internal ValueTask Settle(RequestId call, int tokens) => quotas.Settle(call, tokens);

    /// <summary>The workers as an order finds them: with those of their models that can take what it brings.</summary>
    private IReadOnlyList<WorkerPresence> Suited(StatelessOrder order) => order.Images == 0
        ? workers.List()
        : [.. workers.List().Select(worker => worker with { Models = [.. worker.Models.Where(model => model.SupportsImages)] })];

    private static bool Has(IReadOnlyList<WorkerPresence> known, string model) =>
        known.Any(worker => ModelDescriptor.Find(worker.Models, model) is not null);

    private IRelayCarrier Carrier(WorkerPresence worker) => carriers.First(carrier => carrier.Name == worker.Carrier);

    [LoggerMessage(LogLevel.Error, "What the stateless call {Request} has cost could not be written down.")]
    private partial void CannotRecord(RequestId request, Exception failure);
}
