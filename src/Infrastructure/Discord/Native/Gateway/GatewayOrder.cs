using MeatLizard.Infrastructure.Discord.Native.Wire;

namespace MeatLizard.Infrastructure.Discord.Native.Gateway;

/// <summary>
/// A session's events in the order of their numbers, each once. One that comes too early is kept until those before it are there.
/// </summary>
/// <param name="bearable">A number that is known never to come: resuming the session did not bring it either.</param>
internal sealed class GatewayOrder(long last, long? bearable)
{
    private const int Most = 1_000;

    private readonly SortedDictionary<long, WirePayload> _early = [];

    /// <summary>The number that is waited for while later ones are here; null when none is.</summary>
    public long? Missing => _early.Count > 0 ? Last + 1 : null;

    /// <summary>Whether so many wait that the missing one will not come.</summary>
    public bool IsHopeless => _early.Count > Most;

    public long Last { get; private set; } = last;

    public void Add(WirePayload payload)
    {
        if (payload.S is { } number && number > Last)
        {
            _early.TryAdd(number, payload);
        }
    }

    /// <summary>The next in order, if it is here.</summary>
    /// <param name="isAfterGap">Whether something before it is missing for good.</param>
    public WirePayload? Next(out bool isAfterGap)
    {
        isAfterGap = false;
        if (_early.Count == 0)
        {
            return null;
        }

        var (number, payload) = _early.First();
        isAfterGap = number > Last + 1;
        if (isAfterGap && bearable != Last + 1)
        {
            return null;
        }

        _early.Remove(number);
        Last = number;
        return payload;
    }
}
