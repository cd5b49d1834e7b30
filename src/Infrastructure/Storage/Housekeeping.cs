using MeatLizard.Application;
using MeatLizard.Application.Conversations.Stored;
using MeatLizard.Application.Identity;
using MeatLizard.Application.Identity.Departure;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Caching;
using MeatLizard.Domain.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MeatLizard.Infrastructure.Storage;

/// <summary>
/// Forgets what nobody can ask for any more: idempotency keys and reply events after a day, sign-ins that have expired, and what is left of
/// those who have left; and stored responses when their time has come.
/// </summary>
internal sealed partial class Housekeeping(
    IServiceScopeFactory scopes, UseCases useCases, IOptions<StorageOptions> options, TimeProvider time, ILogger<Housekeeping> logger)
    : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>Who had left at the round before: whatever they had under way is over by now.</summary>
    private HashSet<UserId> _leaving = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await Clean(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task Clean(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var now = time.GetUtcNow();
            var keys = await scope.ServiceProvider.GetRequiredService<IIdempotencyStore>().RemoveBefore(now - Kept, cancellationToken);
            var events = await scope.ServiceProvider.GetRequiredService<IReplyLog>().Compact(now - Kept, cancellationToken);
            var signIns = await scope.ServiceProvider.GetRequiredService<ISignInStore>().RemoveExpired(now, cancellationToken);
            var responses = await useCases.Send(new RemoveOldResponses(now - options.Value.KeepResponses), actor: null, cancellationToken);
            LogCleaned(keys, events, signIns, responses.Value);
            var leaving = await scope.ServiceProvider.GetRequiredService<IDepartureStore>().ListLeaving(cancellationToken);
            foreach (var user in leaving)
            {
                // Kept answers may be in this host's own memory, of which the host that they left at knows nothing.
                await scope.ServiceProvider.GetRequiredService<IAnswerStore>().Forget(user, cancellationToken);
            }

            _ = await useCases.Send(new FinishDepartures([.. leaving.Where(_leaving.Contains)]), actor: null, cancellationToken);
            _leaving = [.. leaving];
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            LogBroken(broken);
        }
    }

    [LoggerMessage(LogLevel.Debug, "Forgot {Keys} idempotency keys, {Events} reply events, {SignIns} sign-ins and {Responses} responses.")]
    private partial void LogCleaned(int keys, int events, int signIns, int responses);

    [LoggerMessage(LogLevel.Warning, "Old rows could not be removed; the next round tries again.")]
    private partial void LogBroken(Exception broken);
}
