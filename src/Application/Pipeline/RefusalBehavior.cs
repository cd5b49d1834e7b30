using MeatLizard.Domain;
using MediatR;

namespace MeatLizard.Application.Pipeline;

/// <summary>
/// What the domain refuses by exception is a value to the callers of use cases. A database that is locked refuses nothing, and stays an exception:
/// whoever must not lose what it was asked to store tries again.
/// </summary>
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
    }
}
