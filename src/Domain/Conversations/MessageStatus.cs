namespace MeatLizard.Domain.Conversations;

public enum MessageStatus
{
    /// <summary>All of it is there.</summary>
    Complete,

    /// <summary>The model stopped at its length limit: more could follow.</summary>
    Partial,

    /// <summary>Somebody stopped it; what had arrived by then is kept.</summary>
    Cancelled,

    /// <summary>Something broke; what had arrived by then is kept, perhaps nothing.</summary>
    Failed,
}
