using MeatLizard.Domain.Identity;
using MediatR;

namespace MeatLizard.Application.Pipeline;

internal sealed class AuthorizationBehavior<TRequest, TResponse>(CurrentActor current) : IPipelineBehavior<TRequest, TResponse>
    where TResponse : IOutcome<TResponse>
{
    public Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next) => request switch
    {
        IForAnybody or IForTheHost => next(),
        _ when current.Actor is null => Task.FromResult(TResponse.Refused(
            new(RefusalKind.Unauthenticated, "unauthenticated", "Sign in, or send an API key."))),
        IForAdmins when current.Actor.Role < Role.Admin => Task.FromResult(TResponse.Refused(
            new(RefusalKind.Forbidden, "forbidden", "Only an admin may do this."))),
        _ => next(),
    };
}
