using System.Runtime.InteropServices;

namespace MeatLizard.Infrastructure.HostMemory;

/// <summary>
/// Gives memory back when this process comes to rest. Left alone .NET keeps the last garbage, and the room that was needed at the busiest time,
/// until there is more work; and these are machines on which llama.cpp and people want that memory.
/// </summary>
public sealed partial class MemoryReturn : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Bytes: whoever makes less between two looks rests, and is not held up by a collection of some ten milliseconds.</summary>
    private const long MadeAtRest = 512 * 1024;

    /// <summary>Bytes made since the last time, below which there is nothing to be had.</summary>
    private const long Worth = 4 * 1024 * 1024;

    private readonly Func<long> _made;
    private readonly Action _collect;
    private readonly ITimer _timer;
    private long _atLastLook;

    /// <summary>So that whoever comes to rest for the first time has done enough, whatever it was: a start leaves much behind.</summary>
    private long _atLastReturn = -Worth;

    public MemoryReturn(TimeProvider time)
        : this(time, () => GC.GetTotalAllocatedBytes(), Collect)
    {
    }

    /// <param name="made">Bytes that were ever made in this process.</param>
    internal MemoryReturn(TimeProvider time, Func<long> made, Action collect)
    {
        (_made, _collect) = (made, collect);
        _timer = time.CreateTimer(static self => ((MemoryReturn)self!).Look(), this, Pause, Pause);
    }

    public void Dispose() => _timer.Dispose();

    private static void Collect()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

        // What the runtime itself, SQLite and OpenSSL have freed: glibc keeps it, a few megabytes after a start.
        if (OperatingSystem.IsLinux())
        {
            try
            {
                _ = TrimMalloc(0);
            }
            catch (EntryPointNotFoundException)
            {
                // Another libc, which gives back by itself.
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimMalloc(nuint keep);

    private void Look()
    {
        var made = _made();
        var isAtRest = made - _atLastLook < MadeAtRest;
        _atLastLook = made;
        if (isAtRest && made - _atLastReturn >= Worth)
        {
            _atLastReturn = made;
            _collect();
        }
    }
}
