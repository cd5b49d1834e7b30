namespace MeatLizard.Domain.Identity;

public sealed record UserState
{
    public required UserId Id { get; init; }

    public required string Name { get; init; }

    public required Role Role { get; init; }

    public required UserStatus Status { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
