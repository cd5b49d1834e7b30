using MediatR;

namespace MeatLizard.Application.Conversations.Choice;

/// <summary>What holds in the caller's conversations that say nothing else.</summary>
public sealed record GetOwnDefaults : IRequest<Outcome<OwnDefaults>>;

internal sealed class GetOwnDefaultsHandler(IDefaultStore defaults, ModelChooser chooser, CurrentActor current)
    : IRequestHandler<GetOwnDefaults, Outcome<OwnDefaults>>
{
    public async Task<Outcome<OwnDefaults>> Handle(GetOwnDefaults query, CancellationToken cancellationToken)
    {
        var actor = current.Required;
        var said = await defaults.Find(actor.UserId, cancellationToken);
        return new OwnDefaults(said, chooser.Standing(actor, said.Model));
    }
}
