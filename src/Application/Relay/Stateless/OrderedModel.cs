using MeatLizard.Application.Conversations.Choice;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Inference;

namespace MeatLizard.Application.Relay.Stateless;

/// <summary>Which model an order means, and why it can't be had.</summary>
internal sealed class OrderedModel(StatelessRelay relay, ModelChooser chooser, IWorkerRegistry workers, CurrentActor current)
{
    /// <summary>
    /// Where no model is really called so, <see cref="StatelessOrder.Default"/> is the user's default or the installation's; else the first that is
    /// ready here, or a provider's first. As it stands when there is none at all: then it is waited for.
    /// </summary>
    public async ValueTask<StatelessOrder> Named(StatelessOrder order, CancellationToken cancellationToken)
    {
        var (actor, known) = (current.Required, workers.List());
        if (order.Kind != InferKind.Chat
            || !order.Model.Equals(StatelessOrder.Default, StringComparison.OrdinalIgnoreCase)
            || known.Any(worker => ModelDescriptor.Find(worker.Models, order.Model) is not null)
            || relay.IsElsewhere(order))
        {
            return order;
        }

        var choice = await chooser.For(actor, named: null, place: null, here: true, cancellationToken);
        var ready = known.Where(worker => worker is { IsElsewhere: false, Draining: false }).SelectMany(worker => worker.Models);
        return order with
        {
            Model = choice.Model
                ?? ready.FirstOrDefault(model => !model.Embeds && actor.MayAsk(model.Name))?.Name
                ?? chooser.AnyOf(actor)
                ?? relay.UsualElsewhere()
                ?? order.Model,
        };
    }

    /// <summary>The name as whoever has the model writes it.</summary>
    public string Spelled(StatelessOrder order) => workers.FindModel(order.Model)?.Name ?? relay.Spelling(order.Model) ?? order.Model;

    /// <returns>Why this actor may not ask it, by whatever way; null when they may.</returns>
    public Refusal? Forbidden(StatelessOrder order) => current.Required.MayAsk(order.Model)
        ? null
        : NotFound("This key may not ask this model. The list of models has those that it may ask.");

    /// <returns>Why nobody could answer now; null when somebody could.</returns>
    public Refusal? Missing(StatelessOrder order)
    {
        var known = workers.List();
        if (known.Any(worker => worker.Models.Count > 0) && known.All(worker => ModelDescriptor.Find(worker.Models, order.Model) is null)
            && !relay.IsElsewhere(order))
        {
            return NotFound("No worker that is online has this model. Ask for one that the list of models has.");
        }

        return relay.CannotChat(order) ? Unable(StatelessFaults.CannotChat(order.Model))
            : relay.CannotSee(order) ? Unable(StatelessFaults.CannotSee(order.Model))
            : null;
    }

    private static Refusal Unable(MessageError fault) => OfTheModel(RefusalKind.Invalid, fault.Code, fault.Message);

    private static Refusal NotFound(string detail) => OfTheModel(RefusalKind.NotFound, "model_not_found", detail);

    private static Refusal OfTheModel(RefusalKind kind, string code, string detail) => new(kind, code, detail)
    {
        Errors = new Dictionary<string, string[]> { ["model"] = [detail] },
    };
}
