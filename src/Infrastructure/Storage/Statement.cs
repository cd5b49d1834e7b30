using MeatLizard.Application;

namespace MeatLizard.Infrastructure.Storage;

/// <summary>One SQL text and its values.</summary>
/// <param name="Table">The table it writes to, for people.</param>
/// <param name="Values">By name, always in the same order for the same text: prepared commands are filled by position.</param>
internal sealed record Statement(string Table, string Sql, params (string Name, object? Value)[] Values)
{
    /// <summary>How many rows it must touch: another count means that somebody else was first. Null: any.</summary>
    public int? Expects { get; init; }

    /// <summary>Whether its twin in another transaction is waited for a short time only.</summary>
    public bool WaitsBriefly { get; init; }

    /// <summary>What an update of an aggregate has beyond its insert.</summary>
    public static (string Name, object? Value)[] Stored(long version) => [("@stored", version)];

    public ConcurrencyConflictException Conflict() => new(Table);
}
