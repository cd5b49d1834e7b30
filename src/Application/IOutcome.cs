namespace MeatLizard.Application;

/// <summary>Lets a behaviour refuse on behalf of any use case.</summary>
public interface IOutcome<TSelf>
    where TSelf : IOutcome<TSelf>
{
    static abstract TSelf Refused(Refusal refusal);
}
