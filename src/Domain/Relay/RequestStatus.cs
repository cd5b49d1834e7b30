namespace MeatLizard.Domain.Relay;

public enum RequestStatus
{
    /// <summary>Waits for somebody who can answer.</summary>
    Queued,

    /// <summary>Given to a target, which has not said yet that it took it.</summary>
    Dispatched,

    /// <summary>The target works on it; no text yet.</summary>
    Acknowledged,

    /// <summary>Text has arrived. From here on nobody else is asked.</summary>
    Streaming,

    Completed,
    TimedOut,
    Failed,
    Cancelled,
}
