using System.Net;
using System.Net.Sockets;
using MeatLizard.Application.Identity.Lockout;
using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity.Quotas;

/// <summary>Whether one more call is granted: of a question its user, groups, key and address, of a change its user, of a sign-in its account and address.</summary>
public sealed class RateLimits(LimitTable table, IRateLimiter limiter)
{
    /// <summary>One more question of this actor's from this address.</summary>
    public async ValueTask<RateVerdict> TakeMessage(Actor actor, IPAddress? address, CancellationToken cancellationToken)
    {
        var rows = await table.Load(cancellationToken);
        return await Take(
            [.. AnswerQuotas.Subjects(actor).Append((Limit.Address, Subject(address))).SelectMany(each => Requests(rows, each.Item1, each.Item2))],
            cancellationToken);
    }

    /// <summary>One more change of this actor's that is no question.</summary>
    public async ValueTask<RateVerdict> TakeChange(Actor actor, CancellationToken cancellationToken)
    {
        var rows = await table.Load(cancellationToken);
        return await Take([.. ChangeLimits.Beside(Requests(rows, Limit.User, $"{actor.UserId}"))], cancellationToken);
    }

    /// <summary>One more try to sign in, from this address, to this account.</summary>
    public ValueTask<RateVerdict> TakeSignIn(string account, IPAddress? address, CancellationToken cancellationToken) =>
        TakeSignIn(account, address, device: null, cancellationToken);

    /// <summary>One more way to an issuer's sign-in or back from there.</summary>
    public async ValueTask<RateVerdict> TakeSignInElsewhere(IPAddress? address, CancellationToken cancellationToken)
    {
        var subject = Subject(address);
        return await Take(
            [SignInLimits.Elsewhere(subject), .. Requests(await table.Load(cancellationToken), Limit.Address, subject)], cancellationToken);
    }

    /// <param name="device">The browser, if this account has signed in there before.</param>
    public async ValueTask<RateVerdict> TakeSignIn(
        string account, IPAddress? address, string? device, CancellationToken cancellationToken)
    {
        var subject = Subject(address);
        return await Take(
            [
                .. SignInLimits.For(SecretToken.Hash(AccountRules.Normalize(account)), subject, device),
                .. Requests(await table.Load(cancellationToken), Limit.Address, subject),
            ],
            cancellationToken);
    }

    private async ValueTask<RateVerdict> Take(List<(Limit Limit, string Subject)> asked, CancellationToken cancellationToken) =>
        new([.. asked.Select(each => each.Limit)], asked.Count == 0 ? null : await limiter.Take(asked, cancellationToken));

    private static IEnumerable<(Limit Limit, string Subject)> Requests(LimitRows rows, string kind, string subject) =>
        rows.Of(kind, subject).Where(each => each.Limit.Measure == LimitMeasure.Requests);

    /// <summary>One household's or one machine's IPv6 addresses are a /64 at least: counted one by one they would be no limit at all.</summary>
    public static string Subject(IPAddress? address)
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
}
