namespace MeatLizard.Application.Inference;

/// <summary>What this machine runs on.</summary>
public interface IHostPower
{
    /// <returns>Null where nobody can tell; it then counts as always on mains.</returns>
    Task<PowerReading?> Read(CancellationToken cancellationToken);
}
