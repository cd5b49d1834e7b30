namespace MeatLizard.Application;

/// <summary>What sort of no it is; hosts map it to their own (an HTTP status, an ephemeral reply).</summary>
public enum RefusalKind
{
    Invalid,
    Unauthenticated,
    Forbidden,
    NotFound,
    Conflict,

    /// <summary>Well-formed, but it contradicts something said before.</summary>
    Contradiction,

    Limited,
    Unavailable,
}
