using MeatLizard.Domain.Identity;

namespace MeatLizard.Presentation.Api.Relay;

/// <summary>How many sockets a user may hold open: each may keep an unfinished message in memory.</summary>
internal sealed class SocketPlaces
{
    public const int PerUser = 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<UserId, int> _taken = [];

    /// <returns>A place, given back when disposed of; null when there is none left.</returns>
    public IDisposable? Take(UserId user)
    {
        lock (_gate)
        {
            var taken = _taken.GetValueOrDefault(user);
            if (taken >= PerUser)
            {
                return null;
            }

            _taken[user] = taken + 1;
            return new Place(this, user);
        }
    }

    private void Leave(UserId user)
    {
        lock (_gate)
        {
            if (--_taken[user] == 0)
            {
                _taken.Remove(user);
            }
        }
    }

    private sealed class Place(SocketPlaces places, UserId user) : IDisposable
    {
        private bool _left;

        public void Dispose()
        {
            if (!_left)
            {
                _left = true;
                places.Leave(user);
            }
        }
    }
}
