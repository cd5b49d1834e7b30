namespace MeatLizard.Domain.Identity;

public sealed record UserGroupState
{
    public required GroupId Id { get; init; }

    /// <summary>No two groups have the same.</summary>
    public required string Name { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
