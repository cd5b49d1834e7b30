using MeatLizard.Application.Inference;

namespace MeatLizard.Hosts.Tests.Hosting;

/// <summary>A machine that runs on what the test says.</summary>
internal sealed class ScriptedPower : IHostPower
{
    private volatile PowerReading? _now;

    public PowerReading? Now
    {
        set => _now = value;
    }

    public Task<PowerReading?> Read(CancellationToken cancellationToken) => Task.FromResult(_now);
}
