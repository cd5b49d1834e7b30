namespace MeatLizard.Infrastructure.Discord.Native.Rest;

/// <summary>
/// Discord blocks the address of whoever earns 10,000 answers of 401, 403 or 429 in ten minutes. Others may share the address, so this
/// process stops long before.
/// </summary>
internal sealed class RefusalBudget(int most, TimeProvider time)
{
    public const int Most = 2_500;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly Queue<long> _refusals = [];

    public void Count()
    {
        lock (_gate)
        {
            _refusals.Enqueue(time.GetTimestamp());
        }
    }

    public bool IsSpent(out TimeSpan wait)
    {
        lock (_gate)
        {
            while (_refusals.TryPeek(out var oldest) && time.GetElapsedTime(oldest) >= Window)
            {
                _refusals.Dequeue();
            }

            wait = _refusals.Count >= most ? Window - time.GetElapsedTime(_refusals.Peek()) : TimeSpan.Zero;
            return wait > TimeSpan.Zero;
        }
    }
}
