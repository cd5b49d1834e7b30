using System.Collections.Concurrent;
using MeatLizard.Domain.Conversations;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Application.Conversations;

/// <summary>
/// Places by where they are: what hardly ever changes, and is asked for with every session that is opened. Kept for five minutes; what is
/// changed here holds at once, on other hosts when this one can tell them, and within that time in any case.
/// </summary>
public sealed class PlaceTable(IServiceScopeFactory scopes, TimeProvider time)
{
    private const int Most = 1_000;
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(PlaceKind Kind, string ExternalId), Kept> _kept = new();
    private long _revision;

    /// <summary>A place was changed here: whoever knows the way to the other hosts tells them.</summary>
    public event Action? Changed;

    /// <inheritdoc cref="IPlaceStore.Find(PlaceKind, string, CancellationToken)"/>
    public async ValueTask<Place?> Find(PlaceKind kind, string externalId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_kept.TryGetValue((kind, externalId), out var kept) && now < kept.Until)
        {
            return kept.Place;
        }

        var revision = Volatile.Read(ref _revision);
        await using var scope = scopes.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<IPlaceStore>().Find(kind, externalId, cancellationToken) is not { } place)
        {
            return null;
        }

        if (_kept.Count >= Most)
        {
            _kept.Clear();
        }

        _kept[(kind, externalId)] = new(place, now + KeptFor);

        // Changed between our reading and our keeping: then what was read may be what held before.
        if (Volatile.Read(ref _revision) != revision)
        {
            _kept.Clear();
        }

        return place;
    }

    /// <summary>After the commit that changed one.</summary>
    public void Forget()
    {
        ForgetHere();
        Changed?.Invoke();
    }

    /// <summary>Another host has changed one.</summary>
    public void ForgetHere()
    {
        Interlocked.Increment(ref _revision);
        _kept.Clear();
    }

    private sealed record Kept(Place Place, DateTimeOffset Until);
}
