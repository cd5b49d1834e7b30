using System.Net;
using MeatLizard.Application.Identity.Quotas;

namespace MeatLizard.Infrastructure.Relay.Link;

/// <summary>
/// How many sockets may wait for their proof at once, from one address and in all: until then anybody may be at the other end, and each
/// costs memory for as long as the handshake may take.
/// </summary>
public sealed class LinkPlaces
{
    /// <summary>Enough for many workers behind one router that dial again at once.</summary>
    public const int PerAddress = 64;

    public const int InAll = 512;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _taken = [];
    private int _all;

    /// <param name="address">Counted as limits count it: of IPv6 the first half is one household's. Null counts as one address of its own.</param>
    /// <returns>A place, given back when it is disposed of; null when there is none left.</returns>
    public IDisposable? Take(IPAddress? address)
    {
        var from = RateLimits.Subject(address);
        lock (_gate)
        {
            var taken = _taken.GetValueOrDefault(from);
            if (taken >= PerAddress || _all >= InAll)
            {
                return null;
            }

            _taken[from] = taken + 1;
            _all++;
            return new Place(this, from);
        }
    }

    private void Leave(string from)
    {
        lock (_gate)
        {
            _all--;
            if (--_taken[from] == 0)
            {
                _taken.Remove(from);
            }
        }
    }

    private sealed class Place(LinkPlaces places, string from) : IDisposable
    {
        private bool _left;

        public void Dispose()
        {
            if (!Interlocked.Exchange(ref _left, true))
            {
                places.Leave(from);
            }
        }
    }
}
