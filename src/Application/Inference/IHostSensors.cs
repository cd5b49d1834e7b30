namespace MeatLizard.Application.Inference;

/// <summary>How busy and how warm this machine is.</summary>
public interface IHostSensors
{
    /// <returns>What the machine tells; null for what nobody can tell.</returns>
    Task<SensorReading> Read(CancellationToken cancellationToken);
}
