using MeatLizard.Application.Inference;

namespace MeatLizard.Infrastructure.HostPower;

/// <summary>A machine that does not tell.</summary>
internal sealed class UnknownSensors : IHostSensors
{
    public Task<SensorReading> Read(CancellationToken cancellationToken) => Task.FromResult(SensorReading.Nothing);
}
