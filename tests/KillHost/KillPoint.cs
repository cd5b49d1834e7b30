namespace MeatLizard.KillHost;

/// <summary>Moments in the life of a turn at which the host is made to die.</summary>
public enum KillPoint
{
    None,
    BodyRead,
    BeforeInsert,
    AfterCommitBeforeAnswer,
    OutboxPicked,
    BeforeDispatchSent,
    Dispatched,
    Accepted,
    MidGeneration,
    ChunkReceived,
    ChunkCommitted,
    DoneReceived,
    EndCommitted,
}
