namespace MeatLizard.Infrastructure.Relay;

/// <summary>
/// Which of several processes with a worker's key is that worker: the one that proved itself last. One that was replaced stays out for as
/// long as another one is there, or two of them would take the worker from each other for ever. Its caller sees to it that one asks at a time.
/// </summary>
internal sealed class Succession
{
    /// <summary>A worker that is restarted more often than this within one stay has no old process left that could come back.</summary>
    private const int Remembered = 64;

    private readonly Queue<string> _replaced = new();

    /// <summary>Whether another process has taken this one's place.</summary>
    public bool HasReplaced(string epoch) => _replaced.Contains(epoch);

    /// <param name="epoch">Hex; the process that has just proved itself.</param>
    /// <param name="current">The one that is there, or was a moment ago; null when there is none.</param>
    /// <returns>Whether it is the worker from now on.</returns>
    public bool Takes(string epoch, string? current)
    {
        if (current is null)
        {
            _replaced.Clear();
            return true;
        }

        if (epoch == current)
        {
            return true;
        }

        if (HasReplaced(epoch))
        {
            return false;
        }

        if (_replaced.Count == Remembered)
        {
            _replaced.Dequeue();
        }

        _replaced.Enqueue(current);
        return true;
    }
}
