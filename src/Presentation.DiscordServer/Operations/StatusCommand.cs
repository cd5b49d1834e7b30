using MeatLizard.Application;
using MeatLizard.Application.Operations;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Discord.Slash;

namespace MeatLizard.Presentation.DiscordServer.Operations;

/// <summary>For anybody, so it says whether, and neither who, how many nor what.</summary>
internal sealed class StatusCommand(UseCases useCases, FallbackPolicy ladder) : ISlashCommand
{
    public async Task<SlashAnswer> Answer(SlashCall asked, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new WatchServiceReading(), actor: null, cancellationToken);
        if (outcome.IsRefused(out var refusal, out var reading))
        {
            return SlashAnswer.Refused(refusal);
        }

        var willing = reading.Workers.Where(Answers).ToArray();
        var stepsIn = ladder.Rungs.Contains(FallbackRung.Provider) && reading.Providers.Any(provider => provider.IsAsked);
        return new(willing.Length == 0 && stepsIn ? "Ready."
            : willing.Length == 0 ? "Nobody can answer at the moment. Try again later."
            : reading.Queue.Queued > 0 || willing.All(worker => worker.Presence?.SlotsFree == 0) ? "Busy: answers may take a while."
            : "Ready.");
    }

    /// <summary>One that another host holds may be known from the database alone.</summary>
    private static bool Answers(WorkerOverview worker) => worker.Presence is { } here
        ? here is { Draining: false, Problem: null, Models.Count: > 0 }
        : worker.Last is { Status: WorkerStatus.Online, Problem: null };
}
