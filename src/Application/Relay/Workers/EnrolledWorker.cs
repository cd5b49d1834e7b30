using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay.Workers;

/// <param name="Root">32 bytes. Told this once, to the worker; the database has it sealed only.</param>
public sealed record EnrolledWorker(WorkerId Id, byte[] Root)
{
    /// <summary>Without the root, which a record would print.</summary>
    public override string ToString() => $"EnrolledWorker {Id}";
}
