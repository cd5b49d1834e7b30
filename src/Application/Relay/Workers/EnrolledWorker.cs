using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay.Workers;

/// <param name="Root">32 bytes. Told this once, to the worker; the database has it sealed only.</param>
public sealed record EnrolledWorker(WorkerId Id, byte[] Root)
{
    /// <summary>The root as it is sealed in the database: by it can be told whether the worker has another one now.</summary>
    public required byte[] Sealed { get; init; }

    /// <summary>The root that the worker is being given, 32 bytes, and the same as it is sealed in the database; null when it is given none.</summary>
    public (byte[] Root, byte[] Sealed)? Next { get; init; }

    /// <summary>Without the root, which a record would print.</summary>
    public override string ToString() => $"EnrolledWorker {Id}";
}
