namespace MeatLizard.Infrastructure.Discord.Native.Rest;

/// <summary>Requests of one route and one channel go one after the other, in the order in which they came.</summary>
internal sealed class Lane
{
    private readonly Lock _gate = new();
    private readonly LinkedList<TaskCompletionSource> _line = [];
    private bool _isTaken;

    /// <summary>The place in line is taken before this returns.</summary>
    public Task Enter(CancellationToken cancellationToken)
    {
        LinkedListNode<TaskCompletionSource> place;
        lock (_gate)
        {
            if (!_isTaken)
            {
                _isTaken = true;
                return Task.CompletedTask;
            }

            place = _line.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        return Wait(place, cancellationToken);
    }

    public void Leave()
    {
        TaskCompletionSource next;
        lock (_gate)
        {
            if (_line.First is not { } first)
            {
                _isTaken = false;
                return;
            }

            _line.RemoveFirst();
            next = first.Value;
        }

        next.SetResult();
    }

    private async Task Wait(LinkedListNode<TaskCompletionSource> place, CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.Register(() =>
        {
            lock (_gate)
            {
                if (place.List is null)
                {
                    // The turn has come already.
                    return;
                }

                _line.Remove(place);
            }

            place.Value.SetCanceled(cancellationToken);
        });
        await place.Value.Task;
    }
}
