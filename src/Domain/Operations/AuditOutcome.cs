namespace MeatLizard.Domain.Operations;

public enum AuditOutcome
{
    /// <summary>It was asked for; if it stays so, the host died meanwhile, and it may have been done or not.</summary>
    Begun,

    Done,

    /// <summary>Whoever asked was not allowed to, or it could not be done as things stood.</summary>
    Refused,

    /// <summary>A fault, which the log has.</summary>
    Failed,
}
