namespace MeatLizard.Infrastructure.Discord.Native.Gateway;

/// <summary>Discord closes a connection over which more than 120 payloads come in a minute.</summary>
internal sealed class GatewaySendBudget(TimeProvider time)
{
    public const int Most = 115;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    private readonly Queue<long> _sent = [];

    /// <summary>Called by one at a time.</summary>
    public async Task Take(CancellationToken cancellationToken)
    {
        while (_sent.TryPeek(out var oldest))
        {
            var left = Window - time.GetElapsedTime(oldest);
            if (left <= TimeSpan.Zero)
            {
                _sent.Dequeue();
            }
            else if (_sent.Count < Most)
            {
                break;
            }
            else
            {
                await Task.Delay(left + TimeSpan.FromMilliseconds(1), time, cancellationToken);
            }
        }

        _sent.Enqueue(time.GetTimestamp());
    }
}
