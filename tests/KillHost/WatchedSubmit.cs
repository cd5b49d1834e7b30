using MeatLizard.Application;
using MeatLizard.Application.Conversations;
using MediatR;

namespace MeatLizard.KillHost;

/// <summary>The use case begins when the body has been read.</summary>
internal sealed class WatchedSubmit(Trap trap) : IPipelineBehavior<SubmitMessage, Outcome<SubmittedTurn>>
{
    public Task<Outcome<SubmittedTurn>> Handle(
        SubmitMessage request,
        CancellationToken cancellationToken,
        RequestHandlerDelegate<Outcome<SubmittedTurn>> next)
    {
        trap.Pass(KillPoint.BodyRead);
        return next();
    }
}
