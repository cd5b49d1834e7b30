using System.Runtime.CompilerServices;
using MeatLizard.Domain.Relay;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Application.Relay;

/// <summary>Reads an answer's events as they are committed, from any point on, to the end.</summary>
public sealed class ReplyReader(IServiceScopeFactory scopes, IReplySignal signal)
{
    private const int BatchSize = 256;

    /// <summary>A signal may be lost with the host that sent it; the table is asked at least this often.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>After so long the table is asked whether something was committed before anybody subscribed.</summary>
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(25);

    /// <summary>All events after an id, in order; ends after the last one. The caller has checked who is asking.</summary>
    public IAsyncEnumerable<ReplyEvent> Read(RequestId request, long after, CancellationToken cancellationToken) =>
        Read(request, after, [], cancellationToken);

    /// <summary>As above, where the first of them are known: while the first token is made nobody asks the database for what has just been put there.</summary>
    public async IAsyncEnumerable<ReplyEvent> Read(
        RequestId request, long after, IReadOnlyList<ReplyEvent> known, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Subscribing comes before the first look, so that nothing is committed unseen between the two.
        using var subscription = signal.Subscribe(request);
        var patience = known.Count > 0 ? FirstLook : Patience;
        var events = known.Count > 0 ? known : await Batch(request, after, cancellationToken);
        while (true)
        {
            foreach (var happened in events)
            {
                yield return happened;
                after = happened.Id;
                if (happened.IsEnd)
                {
                    yield break;
                }
            }

            if (events.Count == 0 && !await Exists(request, cancellationToken))
            {
                // Deleted with its session, and with it the end that would have come.
                yield break;
            }

            if (events.Count < BatchSize)
            {
                await subscription.Wait(patience, cancellationToken);
            }

            patience = Patience;

            events = Following(after, subscription.Take()) ?? await Batch(request, after, cancellationToken);
        }
    }

    /// <returns>Null when these do not go on where the reader is: then the table is asked.</returns>
    private static ReplyEvent[]? Following(long after, IReadOnlyList<ReplyEvent> brought)
    {
        ReplyEvent[] fresh = [.. brought.Where(happened => happened.Id > after)];
        for (var i = 0; i < fresh.Length; i++)
        {
            if (fresh[i].Id != after + 1 + i)
            {
                return null;
            }
        }

        return fresh.Length == 0 ? null : fresh;
    }

    private async Task<bool> Exists(RequestId request, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IRequestStore>().Find(request, cancellationToken) is not null;
    }

    private async Task<IReadOnlyList<ReplyEvent>> Batch(RequestId request, long after, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IReplyLog>().Read(request, after, BatchSize, cancellationToken);
    }
}
