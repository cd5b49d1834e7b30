namespace MeatLizard.Application;

/// <summary>A use case that stands in the audit log, under its own name, whatever comes of it.</summary>
public interface IAudited
{
    /// <summary>What it is done to, e.g. a worker's name; never a secret, never what somebody wrote. Null when it needs no object.</summary>
    string? AuditTarget { get; }
}
