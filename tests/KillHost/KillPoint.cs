namespace MeatLizard.KillHost;

/// <summary>Moments in the life of a turn at which a host is made to die.</summary>
public enum KillPoint
{
    None,
    BodyRead,
    BeforeInsert,
    AfterCommitBeforeAnswer,
    OutboxPicked,
    BeforeDispatchSent,

    /// <summary>On its way to the worker; through Discord: posted.</summary>
    Dispatched,
    Accepted,
    MidGeneration,
    ChunkReceived,
    ChunkCommitted,
    DoneReceived,
    EndCommitted,

    /// <summary>The request was given out by the outbox, or with the message; the worker has not been told.</summary>
    DispatchCommitted,

    /// <summary>The worker's word has come, and nothing was done about it.</summary>
    AcceptedHeard,

    /// <summary>On its way to the worker; through Discord: posted.</summary>
    AckSent,

    /// <summary>From here on in a worker: the order has come, and nothing was written.</summary>
    InferReceived,
    AcceptedJournaled,

    /// <summary>On its way to the server, as the two that follow; through Discord: posted.</summary>
    AcceptedSent,
    ChunkSent,
    DoneSent,

    /// <summary>Handed to the journal, which writes chunks a moment later.</summary>
    ChunkKept,

    /// <summary>The model has said all, and the journal does not know.</summary>
    DoneReached,
    DoneJournaled,

    /// <summary>The server has the end, and the journal still has the answer.</summary>
    AckReceived,
    Forgotten,
}
