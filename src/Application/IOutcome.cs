namespace MeatLizard.Application;

/// <summary>Lets a behaviour refuse on behalf of any use case.</summary>
public interface IOutcome<TSelf>
    where TSelf : IOutcome<TSelf>
{
    /// <summary>Why it did not happen; null when it did.</summary>
    Refusal? Refusal { get; }

    static abstract TSelf Refused(Refusal refusal);
}
