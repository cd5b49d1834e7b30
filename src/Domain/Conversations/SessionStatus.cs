namespace MeatLizard.Domain.Conversations;

public enum SessionStatus
{
    Active,

    /// <summary>Closed: readable, takes no messages until reopened.</summary>
    Archived,

    Deleted,
}
