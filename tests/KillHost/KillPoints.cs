using MeatLizard.Application;
using MeatLizard.Application.Conversations;
using MeatLizard.Application.Inference;
using MeatLizard.Application.Relay;
using MeatLizard.Infrastructure.Discord;
using MeatLizard.Infrastructure.Relay;
using MediatR;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.KillHost;

internal static class KillPoints
{
    /// <summary>Puts the trap around the product's ports, as many of them as this host has. The product itself has no kill switch.</summary>
    public static IServiceCollection AddKillPoints(this IServiceCollection services, Trap trap)
    {
        var posts = new ExpectedPosts(trap);
        services.AddSingleton(trap);
        services.AddScoped<CommitContents>();
        services.AddScoped<IPipelineBehavior<SubmitMessage, Outcome<SubmittedTurn>>, WatchedSubmit>();
        services.Decorate<IUnitOfWork>((scope, inner) => new WatchedWork(inner, scope.GetRequiredService<CommitContents>(), trap));
        services.Decorate<IReplyLog>((scope, inner) => new WatchedLog(inner, scope.GetRequiredService<CommitContents>()));
        services.Decorate<IRequestStore>((scope, inner) => new WatchedRequests(inner, scope.GetRequiredService<CommitContents>()));
        services.Decorate<IOutbox>((_, inner) => new WatchedOutbox(inner, trap));
        services.Decorate<IRelayCarrier>((_, inner) => new WatchedCarrier(inner, trap, posts));
        services.Decorate<IRelayInbox>((_, inner) => new WatchedInbox(inner, trap));
        services.Decorate<IDiscordMessages>((_, inner) => new WatchedMessages(inner, posts));
        services.Decorate<IChatClient>((_, inner) => new WatchedEngine(inner, trap));
        services.Decorate<IInferenceJobs>((_, inner) => new WatchedJobs(inner, trap));
        services.Decorate<IWorkerConnection>((_, inner) => new WatchedConnection(inner, trap, posts));
        return services;
    }
}
