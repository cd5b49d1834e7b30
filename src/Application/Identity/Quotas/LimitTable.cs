using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Application.Identity.Quotas;

/// <summary>The limits that there are, read anew every few seconds: what is changed here holds at once, on other hosts within that time.</summary>
public sealed class LimitTable(IServiceScopeFactory scopes, TimeProvider time)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(5);

    private volatile Kept? _kept;
    private long _revision;

    public async ValueTask<LimitRows> Load(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_kept is { } kept && now < kept.Until)
        {
            return kept.Rows;
        }

        var revision = Volatile.Read(ref _revision);
        await using var scope = scopes.CreateAsyncScope();
        var rows = new LimitRows(await scope.ServiceProvider.GetRequiredService<ILimitStore>().List(cancellationToken));
        _kept = new(rows, now + KeptFor);

        // Changed between our reading and our keeping: then what was read may be what held before.
        if (Volatile.Read(ref _revision) != revision)
        {
            _kept = null;
        }

        return rows;
    }

    /// <summary>After the commit that changed them.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref _revision);
        _kept = null;
    }

    private sealed record Kept(LimitRows Rows, DateTimeOffset Until);
}
