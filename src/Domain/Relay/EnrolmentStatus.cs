namespace MeatLizard.Domain.Relay;

/// <summary>Where a remote worker's admission stands.</summary>
public enum EnrolmentStatus
{
    /// <summary>A code was given out; whoever brings it in time becomes the worker.</summary>
    Invited,

    /// <summary>The worker has its root.</summary>
    Enrolled,

    /// <summary>Its root opens nothing any more.</summary>
    Revoked,
}
