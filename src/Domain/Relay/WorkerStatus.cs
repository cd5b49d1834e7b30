namespace MeatLizard.Domain.Relay;

public enum WorkerStatus
{
    Online,

    /// <summary>Finishes what it has, takes nothing new.</summary>
    Draining,

    Offline,
}
