using MeatLizard.Application;
using MeatLizard.Application.Conversations;
using MeatLizard.Application.Relay;
using MediatR;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.KillHost;

internal static class KillPoints
{
    /// <summary>Puts the trap around the product's ports. The product itself has no kill switch.</summary>
    public static IServiceCollection AddKillPoints(this IServiceCollection services, Trap trap)
    {
        services.AddSingleton(trap);
        services.AddScoped<CommitContents>();
        services.AddScoped<IPipelineBehavior<SubmitMessage, Outcome<SubmittedTurn>>, WatchedSubmit>();
        services.Decorate<IUnitOfWork>((scope, inner) => new WatchedWork(inner, scope.GetRequiredService<CommitContents>(), trap));
        services.Decorate<IReplyLog>((scope, inner) => new WatchedLog(inner, scope.GetRequiredService<CommitContents>()));
        services.Decorate<IRequestStore>((scope, inner) => new WatchedRequests(inner, scope.GetRequiredService<CommitContents>()));
        services.Decorate<IOutbox>((_, inner) => new WatchedOutbox(inner, trap));
        services.Decorate<IRelayCarrier>((_, inner) => new WatchedCarrier(inner, trap));
        services.Decorate<IChatClient>((_, inner) => new WatchedEngine(inner, trap));
        return services;
    }
}
