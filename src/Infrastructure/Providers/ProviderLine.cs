using System.Collections.Concurrent;
using MeatLizard.Application.Inference;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Providers;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Embedded;
using MeatLizard.Infrastructure.Relay;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>One provider at work: what it is asked, and what it has said until that is committed. How it is reached may change meanwhile.</summary>
internal sealed class ProviderLine(string name, ILogger log, TimeProvider time)
{
    /// <summary>By the system's clock, for a host has to stop whatever its own says.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<(RequestId, int), AttemptRun> _running = new();
    private readonly MemoryJobs _jobs = new();
    private readonly VectorGenerator _vectors = new([]);
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Way? _way;
    private volatile bool _isLeaving;

    /// <summary>With a colon, which no worker's name has.</summary>
    public WorkerId Id { get; } = new($"provider:{name}");

    /// <summary>From the next question on. What is under way goes on as it began.</summary>
    public void Use(PlannedProvider plan)
    {
        if (_way is { } way && way.Plan.Options == plan.Options)
        {
            _way = way with { Plan = plan };
            return;
        }

        var options = plan.Options;
        _way = new(
            plan,
            options.ListModels(),
            new GuardedChat(name, ProviderKinds.Find(options.Kind)!.Open(options, time), options.Patience, time),
            new ProviderCircuit(name, time, log));
    }

    /// <summary>Whether the next question may go there.</summary>
    /// <param name="spent">In this month.</param>
    public bool MayBeAsked(decimal spent) =>
        _way is { } way && way.Plan.Obstacle is null && way.Circuit.MayBeAsked && !HasSpentAll(way, spent);

    /// <summary>Its own spelling of a model's name; null when it has none of that name.</summary>
    public string? Model(string? asked) =>
        _way?.Models.FirstOrDefault(model => string.Equals(model, asked, StringComparison.OrdinalIgnoreCase));

    public string UsualModel => _way!.Models[0];

    public string Currency => _way!.Plan.Options.Currency;

    public ProviderCharge? CostOf(TokenUsage usage, DateTimeOffset at) =>
        _way is { } way ? ProviderMoney.Cost(name, way.Plan.Options, usage, at) : null;

    public ProviderReading Read(decimal spent)
    {
        var way = _way!;
        var (plan, options) = (way.Plan, way.Plan.Options);
        var reading = new ProviderReading
        {
            Name = name,
            Kind = options.Kind,
            BaseUrl = options.BaseUrl,
            IsConfigured = plan.IsConfigured,
            IsKept = plan.IsKept,
            HasKey = options.Key.Length > 0 || plan.KeyIsKept,
            KeyIsKept = plan.KeyIsKept,
            Thinking = options.Thinking,
            Patience = options.Patience,
            Order = options.Order,
            InputPrice = options.InputPrice,
            OutputPrice = options.OutputPrice,
            Currency = options.Currency,
            MonthlyBudget = options.MonthlyBudget,
            Spent = spent,
            Models = way.Models,
            Circuit = CircuitPhase.Closed,
        };
        var now = time.GetUtcNow();
        return plan.Obstacle is { } obstacle ? reading with { Code = "provider_key_sealed", Cause = obstacle }
            : !HasSpentAll(way, spent) ? way.Circuit.Tell(reading)
            : reading with
            {
                Code = "provider_budget_spent",
                Cause = FormattableString.Invariant(
                    $"The provider {name} has spent its budget of {options.MonthlyBudget} {options.Currency} for this month, and is asked again on {ProviderMoney.NextMonth(now):yyyy-MM-dd} (UTC)."),
                RetriesAt = ProviderMoney.NextMonth(now),
            };
    }

    public async Task Take(ToWorker message, IRelayInbox inbox, CancellationToken cancellationToken)
    {
        switch (message)
        {
            case Infer order:
                Begin(order, new ProviderVoice(Id, inbox));
                break;
            case Cancel cancel when _running.TryGetValue((cancel.RequestId, cancel.Attempt), out var run):
                run.Stop();
                break;
            case IAttemptMessage about and (Cancel or Ack):
                _jobs.Forget(about.RequestId, about.Attempt);
                if (_isLeaving && _jobs.Kept().Count == 0)
                {
                    _settled.TrySetResult();
                }

                break;
            case Resend resend:
                foreach (var said in _jobs.Said(resend.RequestId, resend.Attempt, resend.From))
                {
                    await inbox.Deliver(Id, said, cancellationToken);
                }

                break;
        }
    }

    /// <summary>The host stops: whoever waits is told so, while the inbox still listens, and until it has stored what was said.</summary>
    public async Task Stop()
    {
        _isLeaving = true;
        foreach (var run in _running.Values)
        {
            run.Leave();
        }

        await Task.WhenAll(_running.Values.Select(run => run.Ended));
        if (_jobs.Kept().Count > 0)
        {
            // What nobody takes note of even then is ended by the watchdog.
            await Task.WhenAny(_settled.Task, Task.Delay(Farewell));
        }
    }

    private static bool HasSpentAll(Way way, decimal spent) => spent >= way.Plan.Options.MonthlyBudget;

    private void Begin(Infer order, ProviderVoice voice)
    {
        var job = InferenceJob.Accept(order.RequestId, order.Attempt, order.Model);
        if (_way is not { } way || !_jobs.TryAdd(job))
        {
            return;
        }

        var chat = new RetriedChat(
            way.Chat,
            way.Circuit,
            way.Plan.Options.Patience,
            time.GetUtcNow() + order.Budget,
            token => voice.Send(new Progress(order.RequestId, order.Attempt, ProgressPhase.Prompt, 1), token),
            time);
        var run = new AttemptRun(order, job, new AnswerGenerator(chat, time), _vectors, _jobs, voice, static () => { }, time);
        _running[(order.RequestId, order.Attempt)] = run;
        _ = Task.Run(() => Answer(order, run, voice));
    }

    private async Task Answer(Infer order, AttemptRun run, ProviderVoice voice)
    {
        try
        {
            await voice.Send(new Accepted(order.RequestId, order.Attempt), CancellationToken.None);
            await run.Run(CancellationToken.None);
        }
#pragma warning disable CA1031 // What is unforeseen has been said as the attempt's end.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
        finally
        {
            _running.TryRemove((order.RequestId, order.Attempt), out _);
            run.Dispose();
        }
    }

    /// <summary>How it is reached, for as long as nobody says otherwise. Another key or address begins with a clean record.</summary>
    private sealed record Way(PlannedProvider Plan, IReadOnlyList<string> Models, GuardedChat Chat, ProviderCircuit Circuit);
}
