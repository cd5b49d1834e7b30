using System.Collections.Concurrent;
using MeatLizard.Application.Inference;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Providers;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Embedded;
using MeatLizard.Infrastructure.Relay;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>One provider at work: what it is asked, and what it has said until that is committed.</summary>
/// <param name="options">Checked; at least one model.</param>
/// <param name="client">Opened with them.</param>
internal sealed class ProviderLine(string name, ProviderOptions options, IChatClient client, ILogger log, TimeProvider time)
{
    private readonly ConcurrentDictionary<(RequestId, int), AttemptRun> _running = new();
    private readonly MemoryJobs _jobs = new();
    private readonly VectorGenerator _vectors = new([]);
    private readonly ProviderCircuit _circuit = new(name, time, log);
    private readonly GuardedChat _chat = new(name, client, options.Patience, time);
    private readonly string[] _models = options.ListModels();

    /// <summary>With a colon, which no worker's name has.</summary>
    public WorkerId Id { get; } = new($"provider:{name}");

    public bool MayBeAsked => _circuit.MayBeAsked;

    public string UsualModel => _models[0];

    /// <summary>Its own spelling of a model's name; null when it has none of that name.</summary>
    public string? Model(string? asked) => _models.FirstOrDefault(model => string.Equals(model, asked, StringComparison.OrdinalIgnoreCase));

    public ProviderReading Read() => _circuit.Tell(new()
    {
        Name = name,
        Kind = options.Kind,
        Models = _models,
        Circuit = CircuitPhase.Closed,
    });

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
                break;
            case Resend resend:
                foreach (var said in _jobs.Said(resend.RequestId, resend.Attempt, resend.From))
                {
                    await inbox.Deliver(Id, said, cancellationToken);
                }

                break;
        }
    }

    /// <summary>The host stops: whoever waits is told so, while the inbox still listens.</summary>
    public Task Stop()
    {
        foreach (var run in _running.Values)
        {
            run.Leave();
        }

        return Task.WhenAll(_running.Values.Select(run => run.Ended));
    }

    private void Begin(Infer order, ProviderVoice voice)
    {
        var job = InferenceJob.Accept(order.RequestId, order.Attempt, order.Model);
        if (!_jobs.TryAdd(job))
        {
            return;
        }

        var chat = new RetriedChat(_chat, _circuit, options.Patience, time.GetUtcNow() + order.Budget, time);
        var run = new AttemptRun(order, job, new AnswerGenerator(chat), _vectors, _jobs, voice, static () => { }, time);
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
}
