using MeatLizard.Application.Relay.Providers;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

/// <summary>The ladder's last rung: why nobody has answered, and what to do about it.</summary>
internal static class LadderNotice
{
    /// <param name="elsewhere">Whom the ladder would have asked next; none where it has no such rung.</param>
    public static MessageError For(RelayRequestState state, IReadOnlyList<WorkerPresence> known, IReadOnlyList<ProviderReading> elsewhere)
    {
        if (state.Failure is { } failure)
        {
            return failure;
        }

        var notice = For(state, known);
        return elsewhere.FirstOrDefault(provider => provider.Cause is not null)?.Cause is { } cause
            ? new(notice.Code, $"{notice.Message} {cause}", Retryable: true)
            : notice;
    }

    private static MessageError For(RelayRequestState state, IReadOnlyList<WorkerPresence> known)
    {
        if (WorkerSelector.AnyHas(known, state.Settings.Model))
        {
            return new("no_worker", "No worker was free to answer in time. Try again, or add a worker.", Retryable: true);
        }

        if (known.Count == 0)
        {
            return new("no_worker", "No worker is online, so nobody could answer. Start one and try again.", Retryable: true);
        }

        WorkerPresence[] ready = [.. known.Where(worker => !worker.Draining)];
        if (ready.Length == 0)
        {
            return new("no_worker", $"No worker takes anything new now. {known[0].DrainReason}".TrimEnd() + " Try again later.", Retryable: true);
        }

        if (state.Settings.Model is null || ready.All(worker => worker.Models.Count == 0))
        {
            return new(
                "no_model",
                ready.Select(worker => worker.Problem).FirstOrDefault(problem => problem is not null)
                    ?? "No worker that is ready has a model to chat with. Give it one and try again.",
                Retryable: true);
        }

        return new("model_unavailable", $"No worker that is online has the model \u201c{state.Settings.Model}\u201d. Choose another one.", Retryable: false);
    }
}
