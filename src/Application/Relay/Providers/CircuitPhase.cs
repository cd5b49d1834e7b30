namespace MeatLizard.Application.Relay.Providers;

/// <summary>Whether a provider is asked at the moment.</summary>
public enum CircuitPhase
{
    /// <summary>It is.</summary>
    Closed,

    /// <summary>It failed too often, and rests.</summary>
    Open,

    /// <summary>It has rested: the next question shows whether it is well again, and the others wait for that.</summary>
    HalfOpen,
}
