using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Providers;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Conversations.Choice;
using MeatLizard.Domain.Inference;

namespace MeatLizard.Application.Conversations.Choice;

/// <summary>Hears what each level says, looks who has it, and lets the rule decide.</summary>
internal sealed class ModelChooser(DefaultTable defaults, IWorkerRegistry workers, IProviders providers, FallbackPolicy ladder)
{
    /// <param name="named">By the session; null: nothing.</param>
    /// <param name="place">Null where there is none: a call without a session.</param>
    /// <param name="here">Whether only workers count that this host reaches itself.</param>
    public async ValueTask<ModelChoice> For(
        Actor actor, string? named, PlaceId? place, bool here, CancellationToken cancellationToken)
    {
        var installation = await defaults.Load(cancellationToken);
        var user = await defaults.Of(actor.UserId, cancellationToken);
        var known = Known(here);
        return ModelChoice.Among(
            [
                Heard(ModelLevel.Session, named),
                Heard(ModelLevel.User, user.Model),
                .. from one in installation.Around(place) select Heard(ModelLevel.Place, one.Model) with { Place = one.Name },
                Heard(ModelLevel.Installation, installation.Model),
            ],
            HomeCanAnswer(actor, known));

        ModelPreference Heard(ModelLevel level, string? model) => new(level, model, Standing(actor, model, known));
    }

    /// <summary>How it stands with one model, for this actor.</summary>
    public ModelStanding Standing(Actor actor, string? model) => Standing(actor, model, Known(here: false));

    /// <summary>
    /// Where no level names one: null for whichever is ready. Who may ask some models alone is not given just any: the first that is there, or else
    /// the first to be waited for.
    /// </summary>
    public string? AnyOf(Actor actor) =>
        actor.Models.FirstOrDefault(name => workers.FindModel(name) is { Embeds: false }) ?? (actor.Models.Count > 0 ? actor.Models[0] : null);

    private IReadOnlyList<WorkerPresence> Known(bool here) => here ? [.. workers.List().Where(worker => !worker.IsElsewhere)] : workers.List();

    private ModelStanding Standing(Actor actor, string? model, IReadOnlyList<WorkerPresence> known)
    {
        if (model is null)
        {
            return ModelStanding.Unset;
        }

        if (!actor.MayAsk(model))
        {
            return ModelStanding.NotAllowed;
        }

        if (WorkerSelector.AnyHas(known, model))
        {
            return ModelStanding.Ready;
        }

        ProviderReading[] elsewhere = ladder.Rungs.Contains(FallbackRung.Provider)
            ? [.. providers.List().Where(provider => provider.Models.Contains(model, StringComparer.OrdinalIgnoreCase))]
            : [];
        return elsewhere.Any(provider => provider.IsAsked) ? ModelStanding.ProviderOnly
            : known.Any(worker => ModelDescriptor.Find(worker.Models, model) is not null) ? ModelStanding.WorkerNotReady
            : known.All(worker => worker.Models.Count == 0) ? ModelStanding.Awaited
            : elsewhere.Length > 0 ? ModelStanding.ProviderNotReady
            : ModelStanding.Unknown;
    }

    private bool HomeCanAnswer(Actor actor, IReadOnlyList<WorkerPresence> known) =>
        ladder.Rungs.FirstOrDefault(rung => rung is FallbackRung.Worker or FallbackRung.Provider) == FallbackRung.Worker
        && known.Any(worker => !worker.Draining && worker.Models.Any(model => !model.Embeds && actor.MayAsk(model.Name)));
}
