using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Providers;
using MeatLizard.Domain.Conversations;
using MediatR;

namespace MeatLizard.Application.Inference;

/// <summary>What the caller can ask at the moment: a key that is for some models alone sees no others.</summary>
public sealed record ListModels : IRequest<Outcome<ModelOverview>>;

/// <param name="Problem">Why nobody could answer, and what to do about it; null when somebody could.</param>
public sealed record ModelOverview(IReadOnlyList<AvailableModel> Models, string? Problem)
{
    /// <summary>Models of providers, which answer when no worker can.</summary>
    public IReadOnlyList<ModelElsewhere> Elsewhere { get; init; } = [];
}

/// <param name="Provider">Its name.</param>
public sealed record ModelElsewhere(string Name, string Provider);

/// <param name="ContextSize">In tokens.</param>
/// <param name="Workers">The names of those who have it.</param>
public sealed record AvailableModel(string Name, string? Title, int ContextSize, IReadOnlyList<string> Workers)
{
    /// <summary>Messages to it may bring images; some of its workers may lack what it needs for that, and are not given them.</summary>
    public bool TakesImages { get; init; }

    /// <summary>It makes embeddings, and does not chat.</summary>
    public bool Embeds { get; init; }
}

internal sealed class ListModelsHandler(IWorkerRegistry workers, IProviders providers, FallbackPolicy ladder, CurrentActor current)
    : IRequestHandler<ListModels, Outcome<ModelOverview>>
{
    public Task<Outcome<ModelOverview>> Handle(ListModels query, CancellationToken cancellationToken)
    {
        var (known, actor) = (workers.List(), current.Required);
        AvailableModel[] models =
        [
            .. from worker in known
               from model in worker.Models
               where actor.MayAsk(model.Name)
               group (worker, model) by model.Name into same
               orderby same.Key
               select new AvailableModel(
                   same.Key,
                   same.First().model.Title,
                   same.Min(pair => pair.model.ContextSize),
                   [.. same.Select(pair => pair.worker.Id.Value)])
               {
                   TakesImages = same.Any(pair => pair.model.SupportsImages),
                   Embeds = same.All(pair => pair.model.Embeds),
               },
        ];
        IReadOnlyList<ModelElsewhere> elsewhere = !ladder.Rungs.Contains(FallbackRung.Provider) ? []
            : [.. from provider in providers.List() from model in provider.Models where actor.MayAsk(model) select new ModelElsewhere(model, provider.Name)];
        var problem = elsewhere.Count > 0 || models.Any(model => !model.Embeds) ? null
            : known.Any(worker => worker.Models.Any(model => !model.Embeds)) ? "None of the models that this key may ask is online."
            : known.Select(worker => worker.Problem).FirstOrDefault(reason => reason is not null)
              ?? (models.Length > 0
                  ? "The models that are online make embeddings and do not chat. Add one that does, and it appears here."
                  : "No worker is online. Start one, and its models appear here.");
        return Task.FromResult<Outcome<ModelOverview>>(new ModelOverview(models, problem) { Elsewhere = elsewhere });
    }
}
