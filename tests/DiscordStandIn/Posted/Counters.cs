using System.Collections.Concurrent;

namespace MeatLizard.DiscordStandIn.Posted;

/// <summary>What the stand-in has counted since its start. Safe from any thread.</summary>
public sealed class Counters
{
    private readonly ConcurrentDictionary<string, long> _requests = new();
    private readonly ConcurrentDictionary<string, long> _refusals = new();
    private readonly ConcurrentDictionary<string, long> _gateway = new();

    /// <summary>Requests by <c>method route status</c>.</summary>
    public IReadOnlyDictionary<string, long> Requests => Sorted(_requests);

    /// <summary>429s by <c>scope</c>: user, shared, global, and cloudflare for those who were cut off; injected ones among them.</summary>
    public IReadOnlyDictionary<string, long> Refusals => Sorted(_refusals);

    /// <summary>Something was counted at the gateway.</summary>
    internal event Action? GatewayChanged;

    /// <summary>What happened at the gateway, by <c>event bot</c>: connect, disconnect, identify, resume, resume-elsewhere (not at the address that
    /// READY gave), invalid-session, and close codes as <c>close-4009</c>.</summary>
    public IReadOnlyDictionary<string, long> Gateway => Sorted(_gateway);

    /// <summary>429s of every scope that were not injected by a fault.</summary>
    public long Limited => _refusals.Where(one => !one.Key.StartsWith("injected", StringComparison.Ordinal)).Sum(one => one.Value);

    /// <summary>Of one bot: how often this happened at the gateway.</summary>
    public long Of(string happened, ulong bot) => _gateway.GetValueOrDefault($"{happened} {bot}");

    internal void Request(string route, int status) => Add(_requests, $"{route} {status}");

    internal void Refusal(string scope) => Add(_refusals, scope);

    internal void AtGateway(string happened, ulong? bot)
    {
        Add(_gateway, bot is null ? happened : $"{happened} {bot}");
        GatewayChanged?.Invoke();
    }

    private static void Add(ConcurrentDictionary<string, long> counts, string key) => counts.AddOrUpdate(key, 1, (_, count) => count + 1);

    private static SortedDictionary<string, long> Sorted(ConcurrentDictionary<string, long> counts) =>
        new(counts.ToDictionary(), StringComparer.Ordinal);
}
