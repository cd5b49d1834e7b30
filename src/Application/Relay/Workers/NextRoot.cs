namespace MeatLizard.Application.Relay.Workers;

/// <summary>Under which name a worker's machine keeps the root that it was given and has not proved itself by yet.</summary>
public static class NextRoot
{
    /// <summary>No worker has such a name: a worker's name has no dots.</summary>
    public static string Of(string worker) => $"{worker}.next";
}
