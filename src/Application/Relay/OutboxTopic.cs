namespace MeatLizard.Application.Relay;

/// <summary>What must still be done outside the database after a commit.</summary>
public enum OutboxTopic
{
    /// <summary>Find somebody who answers the request.</summary>
    Dispatch,

    /// <summary>Tell the target of this attempt to stop.</summary>
    Cancel,
}
