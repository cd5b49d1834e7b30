using System.Collections.Concurrent;

namespace MeatLizard.KillHost;

/// <summary>
/// Points that are passed when Discord has taken the next post: what is said through Discord is put in a queue first, and is on its way only
/// then.
/// </summary>
internal sealed class ExpectedPosts(Trap trap)
{
    private readonly ConcurrentQueue<KillPoint> _expected = new();

    public void Expect(KillPoint point) => _expected.Enqueue(point);

    /// <summary>Those that a post which begins now may carry.</summary>
    public IReadOnlyList<KillPoint> Take()
    {
        List<KillPoint> taken = [];
        while (_expected.TryDequeue(out var point))
        {
            taken.Add(point);
        }

        return taken;
    }

    /// <summary>Nothing was posted after all.</summary>
    public void GiveBack(IReadOnlyList<KillPoint> points)
    {
        foreach (var point in points)
        {
            Expect(point);
        }
    }

    public void Made(IReadOnlyList<KillPoint> points)
    {
        foreach (var point in points)
        {
            trap.Pass(point);
        }
    }
}
