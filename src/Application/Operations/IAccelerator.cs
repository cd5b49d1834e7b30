namespace MeatLizard.Application.Operations;

/// <summary>Something outside that makes hosts quicker together, and that they can do without.</summary>
public interface IAccelerator
{
    /// <summary>As an operator calls it, e.g. <c>redis</c>.</summary>
    string Name { get; }

    /// <summary>Since when it has not answered; null while it does.</summary>
    DateTimeOffset? AwaySince { get; }

    /// <summary>What is slower or stricter while it is away, and what to do about it: one sentence.</summary>
    string Consequence { get; }
}
