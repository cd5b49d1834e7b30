using System.Net;
using System.Net.Sockets;
using MeatLizard.Application.Identity.Lockout;
using MeatLizard.Domain.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Application.Identity;

/// <summary>Which limits hold for a caller, and whether one more is granted.</summary>
public sealed class RateLimits(IServiceScopeFactory scopes, IRateLimiter limiter, TimeProvider time)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(5);

    private volatile Rows? _rows;

    /// <summary>One more message of this user from this address.</summary>
    public async ValueTask<RateVerdict> TakeMessage(UserId user, IPAddress? address, CancellationToken cancellationToken)
    {
        var rows = await Load(cancellationToken);
        List<(Limit, string)> asked = [];
        Add(asked, rows, Limit.User, user.ToString());
        Add(asked, rows, Limit.Address, Subject(address));
        return await Take(asked, cancellationToken);
    }

    /// <summary>One more try to sign in, from this address, to this account.</summary>
    public ValueTask<RateVerdict> TakeSignIn(string account, IPAddress? address, CancellationToken cancellationToken) =>
        TakeSignIn(account, address, device: null, cancellationToken);

    /// <param name="device">The browser, if this account has signed in there before.</param>
    public async ValueTask<RateVerdict> TakeSignIn(
        string account, IPAddress? address, string? device, CancellationToken cancellationToken)
    {
        var subject = Subject(address);
        List<(Limit, string)> asked = [.. SignInLimits.For(SecretToken.Hash(AccountRules.Normalize(account)), subject, device)];
        Add(asked, await Load(cancellationToken), Limit.Address, subject);
        return await Take(asked, cancellationToken);
    }

    private async ValueTask<RateVerdict> Take(List<(Limit Limit, string Subject)> asked, CancellationToken cancellationToken) =>
        new([.. asked.Select(each => each.Limit)], asked.Count == 0 ? null : await limiter.Take(asked, cancellationToken));

    private static void Add(List<(Limit, string)> asked, Rows rows, string kind, string subject)
    {
        foreach (var everyone in rows.Everyone)
        {
            if (everyone.ScopeKind == kind && !rows.Own.ContainsKey((kind, subject, everyone.Window)))
            {
                asked.Add((everyone, subject));
            }
        }

        foreach (var own in rows.Own)
        {
            if (own.Key.Kind == kind && own.Key.Id == subject)
            {
                asked.Add((own.Value, subject));
            }
        }
    }

    // One household's or one machine's IPv6 addresses are a /64 at least: counted one by one they would be no limit at all.
    private static string Subject(IPAddress? address)
    {
        if (address is null)
        {
            return "unknown";
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(address))
        {
            return address.ToString();
        }

        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, 8, 8);
        return new IPAddress(bytes) + "/64";
    }

    private async ValueTask<Rows> Load(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_rows is { } kept && now < kept.Until)
        {
            return kept;
        }

        await using var scope = scopes.CreateAsyncScope();
        var limits = await scope.ServiceProvider.GetRequiredService<ILimitStore>().List(cancellationToken);
        return _rows = new(
            [.. limits.Where(limit => limit.ScopeId == Limit.Everyone)],
            limits.Where(limit => limit.ScopeId != Limit.Everyone)
                .ToDictionary(limit => (limit.ScopeKind, limit.ScopeId, limit.Window)),
            now + KeptFor);
    }

    private sealed record Rows(Limit[] Everyone, Dictionary<(string Kind, string Id, TimeSpan Window), Limit> Own, DateTimeOffset Until);
}
