using MeatLizard.Application.Relay;
using MeatLizard.Domain.Inference;
using MediatR;

namespace MeatLizard.Application.Inference;

/// <summary>A worker decides whether it takes an attempt on. The refusal's code is what the server is told; a refused attempt is no job.</summary>
public sealed record AcceptInference(Infer Order) : IRequest<Outcome<InferenceJob>>, IForWorkers
{
    /// <summary>The code of the refusal that is none: the first of the same order is being worked on.</summary>
    public const string Duplicate = "duplicate";
}

internal sealed class AcceptInferenceHandler(IInferenceJobs jobs, IEngineCatalog catalog, WorkerReadiness readiness)
    : IRequestHandler<AcceptInference, Outcome<InferenceJob>>
{
    private static readonly Refusal Duplicate = new(RefusalKind.Conflict, AcceptInference.Duplicate, "This attempt was taken on before.");

    public Task<Outcome<InferenceJob>> Handle(AcceptInference command, CancellationToken cancellationToken) => Task.FromResult(Decide(command.Order));

    private Outcome<InferenceJob> Decide(Infer order)
    {
        // First of all: the same order again is no reason to turn down what is under way.
        if (jobs.Find(order.RequestId, order.Attempt) is not null)
        {
            return Duplicate;
        }

        if (readiness.IsDraining)
        {
            return new Refusal(RefusalKind.Unavailable, "draining", "The worker takes nothing new.");
        }

        if (catalog.Models.FirstOrDefault(known => known.Name == order.Model) is not { } model)
        {
            return new Refusal(RefusalKind.NotFound, "model_unknown", "The worker does not have this model.");
        }

        if (jobs.CountOpen() >= model.Slots)
        {
            return new Refusal(RefusalKind.Unavailable, "busy", "All slots are taken.");
        }

        var job = InferenceJob.Accept(order.RequestId, order.Attempt, order.Model);
        return jobs.TryAdd(job)
            ? job
            : Duplicate;
    }
}
