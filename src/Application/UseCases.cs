using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Application;

/// <summary>
/// Runs a use case in a scope of its own. When somebody else stored a later version first, it runs again in a new scope on
/// what is stored now: every use case is written to be repeated as long as it has not committed.
/// </summary>
public sealed class UseCases(IServiceScopeFactory scopes)
{
    private const int Tries = 8;

    public async Task<TResponse> Send<TResponse>(IRequest<TResponse> request, Actor? actor, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var scope = scopes.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<CurrentActor>().Actor = actor;
            try
            {
                return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request, cancellationToken);
            }
            catch (Exception lost) when (attempt < Tries && lost is ConcurrencyConflictException or DuplicateException)
            {
                // A taken key is a lost race as well: what took it is there to be found on the next run.
            }
        }
    }
}
