using System.Diagnostics;

namespace MeatLizard.KillHost;

/// <summary>Where the host is to die. Whoever comes by the armed point dies there, as by a power cut: SIGKILL, nothing is tidied up.</summary>
internal sealed class Trap
{
    private readonly Lock _gate = new();
    private KillPoint _point;
    private int _passes;

    /// <param name="passes">How often the point is passed unharmed before.</param>
    public void Arm(KillPoint point, int passes)
    {
        lock (_gate)
        {
            (_point, _passes) = (point, passes);
        }
    }

    /// <summary>Whether the host is to die there.</summary>
    public bool IsSetAt(KillPoint point)
    {
        lock (_gate)
        {
            return point == _point && _passes >= 0;
        }
    }

    public void Pass(KillPoint point)
    {
        lock (_gate)
        {
            if (point != _point || _passes-- > 0)
            {
                return;
            }

            using var self = Process.GetCurrentProcess();
            self.Kill();
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
