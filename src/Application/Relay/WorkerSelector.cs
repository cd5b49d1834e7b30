using MeatLizard.Domain.Inference;

namespace MeatLizard.Application.Relay;

/// <summary>Who should answer: has the model, is not draining, has a slot; the session's last worker first, then the least busy.</summary>
internal static class WorkerSelector
{
    /// <param name="model">Null: any.</param>
    /// <param name="last">The worker whose cache knows the conversation.</param>
    /// <param name="avoid">The worker that has just failed at it; asked again only if nobody else is there.</param>
    public static IEnumerable<(WorkerPresence Worker, ModelDescriptor Model)> Rank(
        IReadOnlyList<WorkerPresence> workers,
        string? model,
        string? last,
        string? avoid) =>
        from worker in workers
        where worker is { Draining: false, SlotsFree: > 0 }
        let match = ModelDescriptor.Find(worker.Models, model)
        where match is not null
        orderby worker.Id.Value == avoid, worker.Id.Value != last, worker.SlotsFree descending, worker.Id.Value
        select (worker, match);

    /// <summary>Whether anybody who is there could answer, free or not.</summary>
    public static bool AnyHas(IReadOnlyList<WorkerPresence> workers, string? model) =>
        workers.Any(worker => !worker.Draining && ModelDescriptor.Find(worker.Models, model) is not null);
}
