using MeatLizard.Domain;
using MediatR;

namespace MeatLizard.Application.Pipeline;

/// <summary>What the domain refuses by exception is a value to the callers of use cases.</summary>
internal sealed class RefusalBehavior<TRequest, TResponse> : IPipelineBehavior<TRequest, TResponse>
    where TResponse : IOutcome<TResponse>
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        try
        {
            return await next();
        }
        catch (DomainException refused)
        {
            return TResponse.Refused(new(RefusalKind.Conflict, refused.Code, refused.Message));
        }
        catch (LockTimeoutException)
        {
            return TResponse.Refused(new(RefusalKind.Conflict, "in_progress", "The same call is still under way. Try again in a moment."));
        }
    }
}
