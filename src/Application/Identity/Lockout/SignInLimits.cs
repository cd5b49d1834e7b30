using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity.Lockout;

/// <summary>
/// How often signing in may be tried. Every try counts, a good one too: tries that are made at once must not slip past each other. The
/// more there were, the longer the wait, and none is longer than the longest window.
/// </summary>
internal static class SignInLimits
{
    /// <summary>The kind whose tries come from many places.</summary>
    public const string Account = "sign_in_account";

    private const string Address = "sign_in_address";
    private const string Here = "sign_in_here";
    private const string Device = "sign_in_device";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Long = TimeSpan.FromHours(6);

    private static readonly Limit PerAddress = new(Address, Limit.Everyone, Minute, 20);

    /// <summary>To one account from one place: used up, these are taken from nobody who comes from elsewhere.</summary>
    private static readonly Limit[] PerPlace = [new(Here, Limit.Everyone, Quarter, 30), new(Here, Limit.Everyone, Long, 60)];

    /// <summary>To one account from everywhere, against many who guess together.</summary>
    private static readonly Limit[] PerAccount = [new(Account, Limit.Everyone, Quarter, 100), new(Account, Limit.Everyone, Long, 300)];

    /// <summary>From a browser in which this account has signed in before: counted by itself.</summary>
    private static readonly Limit[] PerDevice = [new(Device, Limit.Everyone, Quarter, 30), new(Device, Limit.Everyone, Long, 60)];

    /// <summary>Where no secret is guessed: the issuer has its own limits for that.</summary>
    public static (Limit Limit, string Subject) Elsewhere(string place) => (PerAddress, place);

    /// <param name="account">Of whatever it is made, a hash: what somebody typed is kept nowhere.</param>
    /// <param name="place">The address, as limits count it.</param>
    /// <param name="device">As its mark says; null for one that is not known.</param>
    public static IEnumerable<(Limit Limit, string Subject)> For(string account, string place, string? device)
    {
        yield return (PerAddress, place);
        if (device is not null)
        {
            foreach (var limit in PerDevice)
            {
                yield return (limit, device);
            }

            yield break;
        }

        foreach (var limit in PerPlace)
        {
            yield return (limit, $"{account} {place}");
        }

        foreach (var limit in PerAccount)
        {
            yield return (limit, account);
        }
    }
}
