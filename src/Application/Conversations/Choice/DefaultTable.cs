using System.Collections.Concurrent;
using MeatLizard.Domain.Conversations.Choice;
using MeatLizard.Domain.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Application.Conversations.Choice;

/// <summary>
/// The defaults of users, places and the installation, read anew every few seconds: what is changed here holds at once, on other hosts within
/// that time.
/// </summary>
public sealed class DefaultTable(IServiceScopeFactory scopes, TimeProvider time)
{
    private const int MostUsers = 10_000;
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<UserId, Kept<UserDefaults>> _users = new();
    private volatile Kept<InstallationDefaults>? _installation;
    private long _revision;
    private long _swept;

    public async ValueTask<UserDefaults> Of(UserId user, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_users.TryGetValue(user, out var kept) && now < kept.Until)
        {
            return kept.Value;
        }

        var revision = Volatile.Read(ref _revision);
        await using var scope = scopes.CreateAsyncScope();
        var read = await scope.ServiceProvider.GetRequiredService<IDefaultStore>().Find(user, cancellationToken);
        Sweep(now);
        _users[user] = new(read, now + KeptFor);

        // Changed between our reading and our keeping: then what was read may be what held before.
        if (Volatile.Read(ref _revision) != revision)
        {
            _users.TryRemove(user, out _);
        }

        return read;
    }

    public async ValueTask<InstallationDefaults> Load(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_installation is { } kept && now < kept.Until)
        {
            return kept.Value;
        }

        var revision = Volatile.Read(ref _revision);
        await using var scope = scopes.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var read = new InstallationDefaults(
            await services.GetRequiredService<IDefaultStore>().FindModel(cancellationToken),
            (await services.GetRequiredService<IPlaceStore>().List(cancellationToken)).ToDictionary(place => place.Id));
        _installation = new(read, now + KeptFor);
        if (Volatile.Read(ref _revision) != revision)
        {
            _installation = null;
        }

        return read;
    }

    /// <summary>After the commit that changed somebody's, or forgot them.</summary>
    public void Forget(UserId user)
    {
        Interlocked.Increment(ref _revision);
        _users.TryRemove(user, out _);
    }

    /// <summary>After the commit that changed a place's or the installation's.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref _revision);
        _installation = null;
    }

    /// <summary>What people wrote stays in memory no longer than it is of use.</summary>
    private void Sweep(DateTimeOffset now)
    {
        var swept = Interlocked.Read(ref _swept);
        if (now.UtcTicks < swept + KeptFor.Ticks && _users.Count < MostUsers)
        {
            return;
        }

        if (Interlocked.CompareExchange(ref _swept, now.UtcTicks, swept) != swept)
        {
            return;
        }

        foreach (var (user, kept) in _users)
        {
            if (kept.Until <= now || _users.Count >= MostUsers)
            {
                _users.TryRemove(user, out _);
            }
        }
    }

    private sealed record Kept<T>(T Value, DateTimeOffset Until);
}
