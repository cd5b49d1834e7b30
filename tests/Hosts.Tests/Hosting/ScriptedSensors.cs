using MeatLizard.Application.Inference;

namespace MeatLizard.Hosts.Tests.Hosting;

/// <summary>A machine that is as busy and as warm as the test says.</summary>
internal sealed class ScriptedSensors : IHostSensors
{
    private volatile SensorReading _now = SensorReading.Nothing;

    public SensorReading Now
    {
        set => _now = value;
    }

    public Task<SensorReading> Read(CancellationToken cancellationToken) => Task.FromResult(_now);
}
